import { EmitterImpl, TransportState, type Emitter, type Transport } from 'sip.js';

export interface SipSocketOptions {
  /** `wss://…` or `ws://…` */
  readonly server: string;
  /** Something came, whatever it was: the server is there. */
  readonly onHeard: () => void;
}

/**
 * SIP over WebSocket (RFC 7118) below sip.js's core. Its own transport waits for a dead peer when it closes, and takes a
 * socket for alive because nothing came (research/sip §6.7): this one is dropped at once, and somebody else asks.
 */
export class SipSocket implements Transport {
  readonly protocol: string;
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  private readonly options: SipSocketOptions;
  private readonly changes = new EmitterImpl<TransportState>();
  private socket: WebSocket | null = null;
  private current = TransportState.Disconnected;

  /** The core makes it, with its logger before the options. */
  constructor(_logger: unknown, options: SipSocketOptions) {
    this.options = options;
    this.protocol = options.server.toLowerCase().startsWith('wss:') ? 'WSS' : 'WS';
  }

  get state(): TransportState {
    return this.current;
  }

  get stateChange(): Emitter<TransportState> {
    return this.changes;
  }

  isConnected(): boolean {
    return this.current === TransportState.Connected;
  }

  /** Begins; how it ends is told by `onConnect` or `onDisconnect`. One that is open or on its way stays. */
  connect(): Promise<void> {
    if (this.socket) return Promise.resolve();
    const socket = new WebSocket(this.options.server, 'sip');
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.become(TransportState.Connecting);
    socket.onopen = () => {
      this.become(TransportState.Connected);
      this.onConnect?.();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.take(data);
    // An error says nothing that the close behind it does not.
    socket.onclose = () => this.drop();
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    this.drop();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.disconnect();
  }

  /** Gone from this moment on, whether the other side answers or not. */
  drop(): void {
    const { socket } = this;
    if (!socket) return;
    this.socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.become(TransportState.Disconnected);
    this.onDisconnect?.();
  }

  send(message: string): Promise<void> {
    if (!this.socket || !this.isConnected()) return Promise.reject(new Error('not connected'));
    this.socket.send(message);
    return Promise.resolve();
  }

  /** Text or binary frames (RFC 7118 §5.1); a lone CRLF is somebody's keep-alive. */
  private take(data: unknown): void {
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data as ArrayBuffer);
    this.options.onHeard();
    if (text.trim() !== '') this.onMessage?.(text);
  }

  private become(state: TransportState): void {
    if (state === this.current) return;
    this.current = state;
    this.changes.emit(state);
  }
}
