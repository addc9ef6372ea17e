import { cme, done, failed, level, type Answer, type CommandTable, type Running } from '../answer.ts';
import { splitValues } from '../command-parser.ts';
import type { ModemCore } from '../core.ts';
import { checksum, fileErrors, FileStore } from '../file-store.ts';
import { readWav } from '../../../network/wav.ts';
import { callCommands } from './calls.ts';
import { ofCard } from './sim.ts';
import { soundCommands } from './sound.ts';

/** A host that stops in the middle of an upload must not keep the AT port for ever. */
const uploadTimeoutS = 5;

const picked = (table: CommandTable, names: readonly string[]): CommandTable =>
  Object.fromEntries(Object.entries(table).filter(([name]) => names.includes(name)));

/** AT+QFUPL="UFS:name",size[,timeout]: CONNECT, then exactly `size` raw bytes, then +QFUPL: size,checksum. */
function upload(core: ModemCore, value: string): Answer | Running {
  const [file = '', sizeText = '', timeoutText = ''] = splitValues(value);
  const name = FileStore.nameOf(file);
  const [size, timeout] = [Number(sizeText), timeoutText === '' ? uploadTimeoutS : Number(timeoutText)];
  if (!name) return cme(fileErrors.badName);
  if (!/^\d+$/.test(sizeText) || size === 0 || !(timeout > 0)) return cme(fileErrors.invalidInput);
  if (core.files.read(name)) return cme(fileErrors.exists);
  if (size > core.files.free) return cme(fileErrors.full);
  const bytes = new Uint8Array(size);
  let count = 0;
  let finish: (answer: Answer) => void = () => undefined;
  const { clock } = core.world;
  let timer = clock.after(timeout * 1000, () => finish(cme(fileErrors.timeOut)));
  return {
    start(end, say) {
      finish = end;
      say('CONNECT');
    },
    receive(byte) {
      bytes[count] = byte;
      count += 1;
      if (count < size && count % 1024 !== 0) return;
      timer.dispose();
      if (count < size) timer = clock.after(timeout * 1000, () => finish(cme(fileErrors.timeOut)));
      else {
        core.files.write(name, bytes);
        finish(done(`+QFUPL: ${size},${checksum(bytes)}`));
      }
    },
  };
}

/** AT+QPSND=1,"UFS:name",repeat[,…]: a stored WAV to the far end; AT+QPSND=0 stops it; `+QPSND: 0` when it is over. */
function play(core: ModemCore, value: string): Answer {
  const [command, file = '', repeat = '0'] = splitValues(value);
  if (command === '0') {
    core.sound.stopClip();
    return done();
  }
  const name = FileStore.nameOf(file);
  if (command !== '1' || !/^[01]$/.test(repeat)) return cme(50);
  if (!name) return cme(fileErrors.badName);
  const bytes = core.files.read(name);
  if (!bytes) return cme(fileErrors.notFound);
  if (!core.calls.active || core.sound.playing) return cme(3);
  try {
    core.sound.playClip(readWav(bytes), repeat === '1', () => core.urc('+QPSND: 0', core.callStack));
  } catch {
    return cme(fileErrors.invalidInput); // Not a WAV of 8 kHz, 16 bits, mono.
  }
  return done();
}

export const quectelCommands: CommandTable = {
  ...picked(callCommands, ['^DSCI', '+QINDCFG']),
  ...picked(soundCommands, ['+QPCMV']),
  '+QCCID': ofCard('present', (card) => [`+QCCID: ${card.iccid}`]),
  /** Tries left: PIN, then PUK. */
  '+QPINC': (command, core) => {
    if (command.kind === 'test') return done('+QPINC: ("SC","P2")');
    const { card } = core.radio;
    if (!card) return cme(10);
    const rows = { SC: `+QPINC: "SC",${card.pinTries},${card.pukTries}`, P2: '+QPINC: "P2",3,10' };
    const wanted = splitValues(command.value)[0] ?? '';
    if (command.kind !== 'set') return done(rows.SC, rows.P2);
    return wanted === 'SC' || wanted === 'P2' ? done(rows[wanted]) : failed('ERROR');
  },
  /** Release with a cause, of one call or all. */
  '+QHUP': (command, core) => {
    const [cause = '', index] = splitValues(command.value);
    if (command.kind !== 'set' || !/^\d{1,3}$/.test(cause)) return failed('ERROR');
    const chosen = index === undefined ? core.calls.all.map(({ call }) => call) : [core.calls.byIndex(Number(index))];
    core.release(
      chosen.filter((call) => call !== null),
      Number(cause),
    );
    return done();
  },
  '+QURCCFG': (command) => (command.kind === 'set' ? done() : done('+QURCCFG: "urcport","usbat"')),
  '+QSIMSTAT': level('+QSIMSTAT', [0, 1]),
  '+QFUPL': (command, core) => (command.kind === 'set' ? upload(core, command.value) : done()),
  '+QFLST': (command, core) =>
    command.kind === 'test'
      ? done()
      : done(...core.files.list.map(({ name, size }) => `+QFLST: "UFS:${name}",${size}`)),
  '+QFDEL': (command, core) => {
    const file = splitValues(command.value)[0] ?? '';
    if (file === '*' || file === 'UFS:*') core.files.clear();
    else if (!core.files.delete(FileStore.nameOf(file) ?? '')) return cme(fileErrors.notFound);
    return done();
  },
  '+QPSND': (command, core) => {
    if (command.kind === 'test') return done('+QPSND: (0,1),<file>,(0,1)');
    if (command.kind === 'read') return done(`+QPSND: ${core.sound.playing ? 1 : 0}`);
    return play(core, command.value);
  },
};
