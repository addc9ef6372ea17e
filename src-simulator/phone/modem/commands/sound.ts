import { cme, done, failed, level, type CommandTable } from '../answer.ts';

/** Sound: the PCM port of Quectel's pattern, and this make's own choice of what the customer is sent. */
export const soundCommands: CommandTable = {
  /** 1,0 = over the second serial port, 1,2 = over USB Audio. Holds for one call: closes itself when the last call ends. */
  '+QPCMV': (command, core) => {
    const way = core.world.options.soundOver === 'usb-audio' ? '2' : '0';
    if (command.kind === 'test') return done(`+QPCMV: (0,1),(${way})`);
    if (command.kind === 'read') return done(core.sound.portOpen ? `+QPCMV: 1,${way}` : '+QPCMV: 0');
    if (!['0', `1,${way}`, ...(way === '0' ? ['1'] : [])].includes(command.value)) return failed('ERROR');
    if (command.value === '0') core.sound.closePort();
    else core.sound.openPort();
    return done();
  },
  /** 1 = the customer is sent the PCM port and nothing else, 0 = the handset, at once. */
  '+JHUPL': (command, core) => {
    if (core.world.options.uplink === 'port') return cme(4);
    if (command.kind === 'test') return done('+JHUPL: (0,1)');
    if (command.kind === 'read') return done(`+JHUPL: ${core.sound.uplink === 'pcm' ? 1 : 0}`);
    if (command.value !== '0' && command.value !== '1') return cme(50);
    if (command.value === '1' && core.calls.all.length === 0) return cme(3);
    core.sound.switchUplink(command.value === '1' ? 'pcm' : 'handset');
    return done();
  },
  /** 1 = without a call, what the host sends comes back on the channel of what is really sent: the sound's self-test. */
  '+JHLOOP': (command, core) => {
    if (command.kind === 'test') return done('+JHLOOP: (0,1)');
    if (command.kind === 'read') return done(`+JHLOOP: ${core.sound.looped ? 1 : 0}`);
    if (command.value !== '0' && command.value !== '1') return cme(50);
    if (core.calls.all.length > 0) return cme(3);
    core.sound.setLoop(command.value === '1');
    return done();
  },
  '+CMUT': (command, core) => {
    if (command.kind === 'test') return done('+CMUT: (0,1)');
    if (command.kind === 'read') return done(`+CMUT: ${core.sound.muted ? 1 : 0}`);
    if (command.value !== '0' && command.value !== '1') return cme(50);
    if (core.calls.all.length === 0) return cme(3);
    core.sound.muted = command.value === '1';
    return done();
  },
  '+CLVL': level('+CLVL', [0, 1, 2, 3, 4, 5]),
};
