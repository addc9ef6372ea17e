import { describe, expect, it } from 'vitest';
import { pcma, pcmu } from './g711.ts';
import { kamailioConfig } from './kamailio-config.ts';
import { readSdp, writeSdp } from './sdp.ts';
import { formatSip, headerOf, headersOf, parseSip, tagOf, uriOf, userOf } from './sip-message.ts';

describe('G.711', () => {
  it.each([pcmu, pcma])('$name gives back what it was given, as well as eight bits can', (codec) => {
    const samples = Int16Array.from({ length: 65_536 }, (_, n) => n - 32_768);
    const back = codec.decode(codec.encode(samples));
    // In parts of the step that eight bits leave at that level.
    const worst = samples.reduce(
      (most, sample, n) => Math.max(most, Math.abs((back[n] ?? 0) - sample) / Math.max(16, Math.abs(sample) / 16)),
      0,
    );
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('knows the codes of silence and of the loudest sound (tables 1a, 2a)', () => {
    expect([...pcmu.encode(Int16Array.of(0, 32_767, -32_768))]).toEqual([0xff, 0x80, 0x00]);
    expect([...pcma.decode(Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a))]).toEqual([8, -8, 32_256, -32_256]);
  });
});

describe('SIP messages', () => {
  const text = [
    'INVITE sip:15400000137@127.0.0.1:5090 SIP/2.0',
    'v: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1',
    'Via: SIP/2.0/WS x.invalid;branch=z9hG4bK2',
    'f: "张三" <sip:8001@pbx.jinhu.example>;tag=abc',
    'Subject: a line',
    '  that goes on',
    'l: 5',
    '',
    'v=0\r\n',
  ].join('\r\n');

  it('are read with short names, folded lines and several headers of one name', () => {
    const message = parseSip(Buffer.from(text));
    if (!message) throw new Error('not read');
    expect([message.method, userOf(message.uri), message.body]).toEqual(['INVITE', '15400000137', 'v=0\r\n']);
    expect(headersOf(message, 'via')).toHaveLength(2);
    expect(headerOf(message, 'subject')).toBe('a line that goes on');
    expect([tagOf(headerOf(message, 'from')), uriOf(headerOf(message, 'from'))]).toEqual([
      'abc',
      'sip:8001@pbx.jinhu.example',
    ]);
  });

  it('are written so that they can be read, with the length in bytes', () => {
    const bytes = formatSip('SIP/2.0 200 OK', [['Call-ID', 'x@y']], '张三');
    expect(bytes.toString()).toContain('Content-Length: 6\r\n');
    expect(parseSip(bytes)).toMatchObject({ method: null, status: 200, body: '张三' });
  });

  it.each(['\r\n\r\n', 'hello', 'GET / HTTP/1.1\r\n\r\n'])('%j is none', (other) => {
    expect(parseSip(Buffer.from(other))).toBeNull();
  });
});

describe('session descriptions of plain phones', () => {
  const own = {
    host: '127.0.0.1',
    port: 4000,
    direction: 'sendrecv',
    payloadTypes: [0],
    events: 101,
    version: 2,
  } as const;

  it('are read as they were written', () => {
    expect(readSdp(writeSdp({ ...own, direction: 'sendonly', payloadTypes: [8, 0], events: 126 }))).toEqual({
      host: '127.0.0.1',
      port: 4000,
      direction: 'sendonly',
      payloadTypes: [8, 0, 126],
      events: 126,
    });
  });

  it('hold the old way by an address of zeros, and may have no audio', () => {
    const old = writeSdp(own).replace('IN IP4 127.0.0.1\r\nt', 'IN IP4 0.0.0.0\r\nt');
    expect(readSdp(old)?.direction).toBe('inactive');
    expect(readSdp('v=0\r\nm=video 4000 RTP/AVP 96\r\n')).toBeNull();
  });
});

it('the configuration of the PBX has no password in it', () => {
  const config = kamailioConfig({
    host: '127.0.0.1',
    sipPort: 5060,
    wsPort: 5080,
    wss: { port: 5081, configFile: '/run/tls.cfg' },
    relayPort: 2223,
    domain: 'pbx.jinhu.example',
    users: [{ name: '8001', password: 'a secret' }],
    lines: { '*': 5090 },
    codes: { '*78': 'break' },
    ringSeconds: 10,
    modules: '/modules',
  });
  expect(config).not.toContain('a secret');
  expect(config).toContain('$sht(users=>8001)');
  expect(config).toContain('listen=tls:127.0.0.1:5081');
});
