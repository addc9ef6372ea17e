import { describe, expect, it } from 'vitest';
import { parseCallReport } from './call-reports.ts';

const parse = (line: string) => parseCallReport(line, [0]);
const number = '15400000137';

describe('what makes say of calls unasked', () => {
  it.each([
    // Quectel
    [`^DSCI: 1,0,2,0,${number},129`, { index: 1, outgoing: true, status: 'dialing', number }],
    [`^DSCI: 1,0,7,0,${number},129,1`, { status: 'alerting' }],
    [`^DSCI: 1,0,3,0,${number},129`, { status: 'active' }],
    [`^DSCI: 2,1,5,0,,128`, { index: 2, outgoing: false, status: 'waiting', number: null }],
    [`^DSCI: 1,0,6,0,${number},129`, { status: 'released' }],
    [`+QIND: "ccinfo",1,0,0,0,0,"${number}",129`, { index: 1, outgoing: true, status: 'active', number }],
    ['+QIND: "ccinfo",2,1,-1,0,0,"",128', { index: 2, outgoing: false, status: 'released', number: null }],
    // Huawei
    ['^ORIG:1,0', { index: 1, outgoing: true, status: 'dialing' }],
    ['^CONF:1', { index: 1, outgoing: true, status: 'alerting' }],
    ['^CONN:1,0', { index: 1, outgoing: null, status: 'active' }],
    ['^CEND:1,65,104,17', { index: 1, status: 'released', durationMs: 65_000, cause: 17 }],
    // SIMCom
    ['VOICE CALL: BEGIN', { index: null, status: 'active' }],
    ['VOICE CALL: END: 010203', { index: null, status: 'released', durationMs: 3_723_000 }],
    ['VOICE CALL: END', { status: 'released', durationMs: null }],
    [`MISSED_CALL: 02:37PM ${number}`, { outgoing: false, status: 'released', number }],
    [`+CLCC: 1,1,6,0,0,"${number}",129,"王",0`, { index: 1, outgoing: false, status: 'released', number }],
    // Ericsson, and one that only names the call
    ['*ECAV: 1,6,1', { index: 1, status: 'incoming' }],
    ['HANGUP: 2', { index: 2, status: 'released' }],
    // TS 27.007 and V.250
    ['RING', { index: null, outgoing: false, status: 'incoming', number: null }],
    ['+CRING: VOICE', { outgoing: false, status: 'incoming' }],
    [`+CLIP: "${number}",129,,,,0`, { outgoing: false, status: 'incoming', number }],
    ['+CLIP: "",128,,,,1', { status: 'incoming', number: null }],
    [`+CCWA: "${number}",129,1`, { outgoing: false, status: 'waiting', number }],
    ['NO CARRIER', { status: 'released', word: 'NO CARRIER', index: null }],
    ['+CSSU: 2', { status: null }],
  ])('%s', (line, told) => expect(parse(line)).toMatchObject(told));

  it.each([
    [`^DSCI: 1,0,3,1,,129`, 'a packet bearer'],
    ['+QIND: "ccinfo",1,0,0,1,0,"",129', 'a data call'],
    ['+QIND: SMS DONE', 'no call at all'],
    ['^CONN:1,2', 'a packet bearer'],
    ['+CLCC: 1,0,0,1,0,"",128', 'a packet bearer'],
    ['+CLCC: garbage', 'unreadable'],
    ['+CRING: GPRS', 'data'],
    [`+CCWA: "${number}",129,2`, 'data'],
    ['*ECAV: 1,3,2', 'data'],
    ['RINGTONE', 'a word of its own'],
    ['+CREG: 1', 'another report'],
  ])('%s is %s: not for us', (line) => expect(parse(line)).toBeNull());
});
