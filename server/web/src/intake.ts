// Photos by drop, paste or choice.
import { byId } from "./page";

/** Calls back with what was dropped, pasted or chosen: at least one file of any kind. */
export function takePhotos(take: (files: File[]) => void): void {
  const given = (files: Iterable<File> | null | undefined): void => {
    const all = [...(files ?? [])];
    if (all.length > 0) take(all);
  };
  const input = byId<HTMLInputElement>("files");
  input.addEventListener("change", () => {
    given(input.files);
    input.value = ""; // so that the same file may be chosen again
  });
  addEventListener("paste", (event) => given(event.clipboardData?.files));
  addEventListener("dragover", (event) => {
    event.preventDefault(); // or the browser would open what is dropped
    document.body.dataset["over"] = "1";
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) delete document.body.dataset["over"];
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    delete document.body.dataset["over"];
    given(event.dataTransfer?.files);
  });
}

/** The file's bytes as base64. */
export function base64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(new Error(`the browser cannot read the file: ${reader.error?.message}`));
    reader.readAsDataURL(file);
  });
}

/** Small pictures of the files; a name where the browser cannot draw one. */
export function showChosen(files: File[]): void {
  byId("chosen").replaceChildren(...files.map(preview));
}

function preview(file: File): HTMLElement {
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => {
    URL.revokeObjectURL(image.src);
    const name = document.createElement("span");
    name.textContent = file.name;
    image.replaceWith(name);
  };
  return image;
}

/** Whether a file is twice as wide as high, as equirectangular panoramas are. */
export async function isTwiceAsWide(file: File): Promise<boolean> {
  try {
    const { width, height } = await createImageBitmap(file, { resizeWidth: 200 });
    return Math.abs(width - 2 * height) <= 1;
  } catch {
    return false; // the browser cannot draw it; the server decides
  }
}
