import { DisposeBag } from '#shared/base/dispose.ts';
import type { SoundCardState } from '#shared/desk-contract/areas/sound-card.ts';
import type { SoundCardLink } from '#engine/devices/index.ts';
import type { SimPort } from '#simulator/phone/sim-port.ts';

export interface CardWindow {
  /** As the engine has told it last. */
  readonly state: () => SoundCardState | null;
  close(): void;
}

/** What a window does for a phone that is a sound card, without a browser: `card` goes in and out frame by frame. */
export function openCardWindow(link: SoundCardLink, peer: string, card: SimPort): CardWindow {
  const bag = new DisposeBag();
  let last: SoundCardState | null = null;
  let asked = '';
  const queue: Uint8Array[] = [];
  const silence = new Uint8Array(320);
  bag.add(
    card.onData((far) => {
      if (!last?.serving || !last.active) return;
      const near = queue.shift() ?? silence;
      card.write(near);
      const both = new Uint8Array(640);
      for (let at = 0; at < 320; at += 2) {
        both.set(far.subarray(at, at + 2), at * 2);
        both.set(near.subarray(at, at + 2), at * 2 + 2);
      }
      link.heard(peer, both, 40);
    }),
  );
  bag.add(link.listen(peer, ({ pcm }) => queue.push(pcm)));
  bag.add(
    link.attach(peer, (state) => {
      last = state;
      const question = JSON.stringify([state.wanted, state.serving]);
      if (question === asked || !state.wanted || !state.serving) return;
      asked = question;
      const [name = ''] = state.wanted.inputs;
      queueMicrotask(() => link.reported(peer, { state: 'found', input: `${name} (1d6b:0104)`, output: name }));
    }),
  );
  return { state: () => last, close: () => bag.dispose() };
}
