import { disposable, type Disposable } from '../base/dispose.ts';
import type { AppError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { ClientWire } from './client-calls.ts';
import type { WireError } from './frames.ts';

interface Listening {
  readonly name: string;
  readonly args: JsonValue;
  readonly onItem: (value: never) => void;
  readonly onError: (failure: WireError) => void;
  /** `log` streams go on behind the last mark. */
  readonly resumes: boolean;
  mark: number | undefined;
  id: number | null;
}

/** Streams that somebody listens to. They outlive connections: each new one opens them again where they stopped. */
export class ClientStreams {
  private readonly all = new Set<Listening>();
  private readonly byId = new Map<number, Listening>();
  private readonly wire: ClientWire;

  constructor(wire: ClientWire) {
    this.wire = wire;
  }

  start({ online, ...wanted }: Omit<Listening, 'mark' | 'id'> & { online: boolean }): Disposable {
    const stream: Listening = { ...wanted, mark: undefined, id: null };
    this.all.add(stream);
    if (online) this.open(stream);
    return disposable(() => {
      const { id } = stream;
      this.forget(stream);
      if (id !== null) this.wire.send({ t: 'close', id });
    });
  }

  online(): void {
    for (const stream of this.all) this.open(stream);
  }

  offline(): void {
    this.byId.clear();
    for (const stream of this.all) stream.id = null;
  }

  /** @param error null = the client was closed on purpose, nobody needs to be told. */
  end(error: AppError | null): void {
    this.offline();
    const all = [...this.all];
    this.all.clear();
    if (error) for (const stream of all) stream.onError({ code: error.code, details: error.details });
  }

  item(id: number, value: JsonValue, mark: number | undefined): void {
    const stream = this.byId.get(id);
    if (!stream) return;
    if (stream.resumes && mark !== undefined) stream.mark = mark;
    stream.onItem(value as never);
  }

  fail(id: number, failure: WireError): void {
    const stream = this.byId.get(id);
    if (!stream) return;
    this.forget(stream);
    stream.onError(failure);
  }

  private open(stream: Listening): void {
    const { name, args, mark } = stream;
    stream.id = this.wire.newId();
    this.byId.set(stream.id, stream);
    this.wire.send({ t: 'open', id: stream.id, name, args, ...(mark === undefined ? {} : { after: mark }) });
  }

  private forget(stream: Listening): void {
    this.all.delete(stream);
    if (stream.id !== null) this.byId.delete(stream.id);
    stream.id = null;
  }
}
