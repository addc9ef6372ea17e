import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { SimCall } from '../../network/sim-call.ts';
import type { SimCard } from '../sim-card.ts';
import { failed, type Answer, type CommandTable, type Running } from './answer.ts';
import { extraLatency, instead, outOfOrder, spoiled } from './command-faults.ts';
import { parseLine, type Command } from './command-parser.ts';
import { commandsOf } from './commands/index.ts';
import { ModemCore, registrationFields, type ModemWorld } from './core.ts';
import { frameLines, frameResult, isResultCode, resultText } from './framing.ts';
import { LineEditor } from './line-editor.ts';
import { Radio } from './radio.ts';
import { factorySettings } from './settings.ts';
import { SoundPath } from './sound-path.ts';

/** Bytes that arrive while a command runs wait here, as in a UART's buffer; more is lost. */
const inputBuffer = 4096;

/**
 * One modem: AT bytes in, AT bytes out, PCM bytes in and out, time by the clock; knows no port. Commands run one at a
 * time; unasked lines wait until the running answer is out. A byte during ATD or ATA ends the attempt (V.250 §5.6.1).
 */
export class Modem {
  readonly core: ModemCore;
  private readonly world: ModemWorld;
  private readonly editor = new LineEditor();
  private readonly atOut = new Emitter<Uint8Array>();
  private readonly pcmOut = new Emitter<Uint8Array>();
  private readonly urcs: string[] = [];
  private waiting: number[] = [];
  private readonly commands: CommandTable;
  private running: RunningCommand | null = null;
  private restart: Disposable | null = null;
  /** Between a start and the card's first word. */
  private starting = false;
  /** What goes out in one piece when the step at hand is over, as a modem's UART driver would send it. */
  private out = '';
  private depth = 0;
  private answered = 0;

  constructor(world: ModemWorld, handset: () => Int16Array) {
    this.world = world;
    const { clock, options } = world;
    this.commands = commandsOf(options.make);
    const radios = Array.from({ length: world.stackCount }, () => new Radio(clock, options.registerMs));
    const sound = new SoundPath({
      clock,
      layout: options.pcmLayout,
      opening: options.pcmOpening,
      uplink: options.uplink,
      inCall: () => this.core.calls.all.length > 0,
      handset,
      audible: () => this.audible(),
      emit: (bytes) => world.faults.on('no-sound') || this.pcmOut.emit(bytes),
    });
    this.core = new ModemCore(world, {
      radios,
      sound,
      report: (line, stack) => this.urc(stack === 0 ? line : ofSecondStack(line)),
      restart: () => this.reboot(),
    });
    for (const [stack, radio] of radios.entries()) this.follow(radio, stack);
  }

  private follow(radio: Radio, stack: number): void {
    radio.onSim((state) => {
      if (state !== 'ready' && state !== 'busy') this.core.dropAll(41, stack);
      const text = { absent: 'NOT READY', dead: 'NOT READY', pin: 'SIM PIN', puk: 'SIM PUK', ready: 'READY' };
      if (state !== 'busy') this.core.urc(`+CPIN: ${text[state]}`, stack);
      if (this.starting && state !== 'busy') this.bootLines(this.world.options.bootLines.after);
      this.starting &&= state === 'busy';
    });
    radio.onRegistration(() => {
      if (!radio.registered) this.core.dropAll(27, stack);
      for (const name of ['+CREG', '+CGREG', '+CEREG'])
        if (this.core.level(name) > 0) this.core.urc(`${name}: ${registrationFields(this.core, name, radio)}`, stack);
    });
  }

  onAt(listener: (bytes: Uint8Array) => void): Disposable {
    return this.atOut.on(listener);
  }

  onPcm(listener: (bytes: Uint8Array) => void): Disposable {
    return this.pcmOut.on(listener);
  }

  /** Host → AT port, pieces of any size. Never throws. */
  receiveAt(bytes: Uint8Array): void {
    if (this.restart) return;
    this.inOnePiece(() => {
      for (const byte of bytes) {
        if (!this.running) this.take(byte);
        else if (this.running.takes) this.running.takes.receive?.(byte);
        else if (this.abortable(byte)) this.abort();
        else if (this.waiting.length < inputBuffer) this.waiting.push(byte);
      }
    });
  }

  /** Host → PCM port. */
  receivePcm(bytes: Uint8Array): void {
    this.core.sound.receive(bytes);
  }

  /** Something unasked that no call and no card is the reason of. */
  say(line: string): void {
    this.urc(line);
  }

  /** Power off and on: calls drop, settings are forgotten, the port is deaf, then RDY. */
  reboot(): void {
    this.stopRunning();
    this.waiting = [];
    for (const radio of this.core.radios) radio.stop();
    this.core.dropAll(27);
    this.urcs.length = 0;
    this.restart?.dispose();
    this.restart = this.world.clock.after(this.world.options.restartMs, () => {
      this.restart = null;
      this.comeUp();
    });
  }

  /**
   * The card of another slot. One stack: the AT port stays alive, the radio and all settings begin anew. Two: the stack
   * begins anew, the other stack and the settings stay.
   */
  changeCard(stack: number, card: () => SimCard | null): Disposable {
    const { core } = this;
    const radio = core.radios[stack] ?? core.radio;
    radio.stop();
    core.dropAll(27, stack);
    core.urc('+CPIN: NOT READY', stack);
    return this.world.clock.after(this.world.options.restartMs, () => {
      radio.card = card();
      if (core.radios.length > 1) radio.start();
      else this.comeUp();
    });
  }

  /** The radio begins anew with whatever card is seated; the host sees what it sees after power-up. */
  private comeUp(): void {
    this.core.settings = factorySettings(this.world.options);
    this.core.stack = 0;
    this.bootLines(this.world.options.bootLines.before);
    this.starting = true;
    for (const radio of this.core.radios) {
      radio.functionality = 1;
      radio.start();
    }
  }

  private bootLines(lines: readonly string[]): void {
    for (const line of lines) this.urc(line);
  }

  private audible(): SimCall | null {
    const { calls } = this.core;
    return calls.active ?? (this.world.options.earlyMedia ? (calls.in('alerting', 'dialing')[0] ?? null) : null);
  }

  private take(byte: number): void {
    const { echo } = this.world.options;
    if (echo === 'always' || (echo === 'follow' && this.core.settings.echo)) this.send(LineEditor.echoOf(byte));
    const line = this.editor.push(byte);
    if (line === 'too-long') this.result(failed('ERROR'));
    else if (line) this.runLine(line.body);
  }

  private runLine(body: string): void {
    const { bareAt, chains } = this.world.options;
    const commands = parseLine(body);
    if (commands?.length === 0 && !bareAt) return this.result(this.unknown());
    if (!commands || (commands.length > 1 && !chains)) return this.result(failed('ERROR'));
    this.next(commands);
  }

  private bareOk(): void {
    const late = this.world.faults.amount('late-answer');
    const ok = (): void => {
      this.running = null;
      this.result({ lines: [], result: 'OK' });
    };
    if (late === 0) return ok();
    this.running = {
      command: { name: '', kind: 'run', value: '' },
      timer: this.world.clock.after(late, ok),
      takes: null,
    };
  }

  private unknown(): Answer {
    return failed(this.world.options.unknownCommand === 'command-not-support' ? 'COMMAND NOT SUPPORT' : { cme: 4 });
  }

  /** Runs what is left of the line; the first command that fails ends it (V.250 §5.7.1). */
  private next(commands: readonly Command[]): void {
    const [command, ...rest] = commands;
    if (!command) return this.bareOk();
    const running: RunningCommand = { command, timer: null, takes: null };
    this.running = running;
    const finish = (answer: Answer): void => {
      if (this.running !== running) return;
      this.running = null;
      if (answer.result !== 'OK' || rest.length === 0) return this.result(answer);
      this.info(answer.lines);
      this.next(rest);
    };
    const run = (): Answer | null => {
      const handler = this.commands[command.name];
      const outcome = instead(command, this.core) ?? (handler ? handler(command, this.core) : this.unknown());
      if (!('start' in outcome)) return spoiled(command, outcome, this.core);
      if (outcome.receive) running.takes = outcome;
      outcome.start(finish, (line) => this.info([line]));
      return null;
    };
    // Dialling starts at once and is answered later, so that a byte in between can still call it off.
    const early = command.name === 'D' ? run() : undefined;
    if (early === null) return;
    const aside = outOfOrder(command, this.core);
    if (aside !== null) return this.answerAside(aside, run);
    const latency = this.world.options.latencyMs(command.name) + extraLatency(command, this.core);
    running.timer = this.world.clock.after(latency, () => {
      const answer = early ?? run();
      if (answer) finish(answer);
    });
  }

  /** A slow question that does not keep others waiting: its answer comes behind theirs. */
  private answerAside(afterMs: number, run: () => Answer | null): void {
    this.running = null;
    this.world.clock.after(afterMs, () => {
      const answer = run();
      if (answer && !this.restart) this.result(answer);
    });
  }

  private abortable(byte: number): boolean {
    return this.running !== null && isCallSetup(this.running.command) && byte !== 10;
  }

  private abort(): void {
    const answering = this.running?.command.name === 'A';
    this.stopRunning();
    const { calls } = this.core;
    this.core.release(answering ? calls.in('incoming') : calls.in('dialing', 'alerting'));
    this.result(failed('NO CARRIER'));
  }

  private stopRunning(): void {
    this.running?.timer?.dispose();
    this.running = null;
  }

  private result(answer: Answer): void {
    this.inOnePiece(() => {
      this.info(answer.lines);
      const { settings, world } = this.core;
      const alwaysCme = world.options.unknownCommand === 'always-cme';
      const text = resultText(answer.result, this.core.level('+CMEE'), alwaysCme);
      if (!world.faults.strikes('lost-result')) this.send(frameResult(text, settings, world.options.framing));
      this.flipEcho();
      this.flushUrcs();
      const bytes = this.waiting;
      this.waiting = [];
      this.receiveAt(Uint8Array.from(bytes));
    });
  }

  private flipEcho(): void {
    const every = this.world.faults.amount('echo-flip');
    this.answered += 1;
    if (every > 0 && this.answered % every === 0) this.core.settings.echo = !this.core.settings.echo;
  }

  private info(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const { settings, world } = this.core;
    const inside = world.options.urcsInsideAnswers || world.faults.on('urc-inside');
    const split = inside && this.urcs.length > 0;
    this.send(frameLines(split ? lines.slice(0, 1) : lines, settings, world.options.framing));
    if (!split) return;
    this.flushUrcs();
    this.send(frameLines(lines.slice(1), settings, world.options.framing));
  }

  private urc(line: string): void {
    if (this.restart) return;
    this.urcs.push(line);
    if (!this.running) this.flushUrcs();
  }

  private flushUrcs(): void {
    const { settings, world } = this.core;
    const { framing } = world.options;
    this.inOnePiece(() => {
      for (const line of this.urcs.splice(0))
        this.send(isResultCode(line) ? frameResult(line, settings, framing) : frameLines([line], settings, framing));
    });
  }

  private send(text: string): void {
    this.out += text;
    this.flush();
  }

  private inOnePiece(step: () => void): void {
    this.depth += 1;
    step();
    this.depth -= 1;
    this.flush();
  }

  private flush(): void {
    if (this.depth > 0 || this.out === '') return;
    const bytes = Uint8Array.from(this.out, (char) => char.charCodeAt(0) & 0xff);
    this.out = '';
    this.atOut.emit(bytes);
  }
}

/** `+CREG: 1` → `+CREGDS: 1`, RING → RINGDS, as SIMCom's DSDS modems mark them; result codes stay as they are. */
const ofSecondStack = (line: string): string => line.replace(/^([+^*][A-Z]+|RING(?=$))/, '$1DS');

interface RunningCommand {
  readonly command: Command;
  timer: Disposable | null;
  takes: Running | null;
}

const isCallSetup = (command: Command): boolean => command.name === 'D' || command.name === 'A';
