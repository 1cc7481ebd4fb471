/** One phone per browser: the tab that holds the lock registers, others pass on what is pressed in them. */

const NAME = "parley.phone";

type Wish = { accept: string };

const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;

/** Tell the tab that has the phone that a call was accepted here. */
export function wishAccept(interaction: string): void {
  channel?.postMessage({ accept: interaction } satisfies Wish);
}

export function onWish(accept: (interaction: string) => void): () => void {
  const heard = (event: MessageEvent<Wish>) => accept(event.data.accept);
  channel?.addEventListener("message", heard);
  return () => channel?.removeEventListener("message", heard);
}

export interface Hold {
  /** Take the phone from the tab that has it. */
  take: () => void;
  release: () => void;
}

let current: Hold | null = null;

/** Use the phone in this tab instead of the other. */
export function takePhone(): void {
  current?.take();
}

/** Waits for the phone: `got` when it is this tab's, `elsewhere` while it is another's. */
export function holdPhone(got: () => void, elsewhere: () => void): Hold {
  if (!("locks" in navigator)) {
    got(); // without a secure context there is no microphone either
    return { take: got, release: () => undefined };
  }
  let over = false;
  let release = () => {};
  const kept = () =>
    new Promise<void>((resolve) => {
      release = resolve;
      got();
    });

  async function wait(options: LockOptions): Promise<void> {
    try {
      await navigator.locks.request(NAME, options, (lock) => {
        if (over) return undefined;
        if (lock) return kept();
        elsewhere();
        void wait({});
        return undefined;
      });
    } catch {
      // stolen by another tab: wait for it to close
      if (over) return;
      elsewhere();
      void wait({});
    }
  }

  void wait({ ifAvailable: true });
  current = {
    take: () => void wait({ steal: true }),
    release: () => {
      over = true;
      current = null;
      release();
    },
  };
  return current;
}
