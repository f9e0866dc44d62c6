// Of Chromium's extension API only what is used here.
declare namespace chrome {
  interface Event<Listener extends (...args: never[]) => unknown> {
    addListener(listener: Listener): void;
  }

  namespace runtime {
    interface Port {
      readonly name: string;
      readonly sender?: { readonly tab?: tabs.Tab };
      readonly onMessage: Event<(message: unknown) => void>;
      readonly onDisconnect: Event<() => void>;
      postMessage(message: unknown): void;
      disconnect(): void;
    }
    type Answer = (message: unknown) => void;
    const id: string | undefined;
    /** A listener that answers later returns true. */
    const onMessage: Event<(message: unknown, sender: { readonly origin?: string }, answer: Answer) => boolean>;
    function sendMessage(message: unknown): Promise<unknown>;
    const lastError: { message?: string } | undefined;
    const onConnect: Event<(port: Port) => void>;
    const onInstalled: Event<() => void>;
    function connect(info: { name: string }): Port;
    function getManifest(): { version: string };
    function getURL(path: string): string;
    function openOptionsPage(): Promise<void>;
  }

  namespace tabs {
    interface Tab {
      readonly id?: number;
    }
  }

  namespace action {
    const onClicked: Event<(tab: tabs.Tab) => void>;
  }

  namespace commands {
    const onCommand: Event<(command: string, tab?: tabs.Tab) => void>;
    function getAll(): Promise<{ name?: string; shortcut?: string }[]>;
  }

  namespace permissions {
    function request(wanted: { origins: string[] }): Promise<boolean>;
    function remove(given: { origins: string[] }): Promise<boolean>;
    function contains(asked: { origins: string[] }): Promise<boolean>;
  }

  namespace scripting {
    interface Registered {
      id: string;
      matches: string[];
      js: string[];
      runAt?: "document_start" | "document_idle";
      world?: "MAIN" | "ISOLATED";
    }
    function registerContentScripts(scripts: Registered[]): Promise<void>;
    function unregisterContentScripts(filter: { ids: string[] }): Promise<void>;
    function getRegisteredContentScripts(): Promise<Registered[]>;
  }

  namespace storage {
    interface Area {
      get(keys: string[]): Promise<Record<string, unknown>>;
      set(items: Record<string, unknown>): Promise<void>;
      setAccessLevel(options: { accessLevel: "TRUSTED_CONTEXTS" }): Promise<void>;
    }
    const local: Area;
    const onChanged: Event<(changes: Record<string, unknown>, area: string) => void>;
  }
}
