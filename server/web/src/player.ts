// Who plays in this browser: a token of its own making, by which the arena keeps a name and its rating.
import { Refused } from "./wire";

const TOKEN = "homing.player";

/** To be sent with every name; those that stand in forms are everybody's, whoever sends what. */
export function playerToken(): string {
  const token = localStorage.getItem(TOKEN) ?? drawn();
  localStorage.setItem(TOKEN, token);
  return token;
}

function drawn(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the seat was refused because of its name. */
export function isNameTaken(error: unknown): error is Refused {
  return error instanceof Refused && error.status === 409 && error.message.startsWith("name:");
}

export const NAME_TAKEN = "Somebody else has this name. Choose another one.";
