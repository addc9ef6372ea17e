import { describe, expect, it } from 'vitest';
import { hasOurCodec, soundAlone, withSameRole } from './sdp.ts';

const offer = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 't=0 0', ...lines, ''].join('\r\n');

it.each([
  ['G.711 by its number alone', true, offer('m=audio 4000 RTP/AVP 8')],
  ['Opus among others', true, offer('m=audio 4000 UDP/TLS/RTP/SAVPF 18 111', 'a=rtpmap:111 OPUS/48000/2')],
  ['a port range', true, offer('m=audio 4000/2 RTP/AVP 0')],
  [
    'sound behind a picture',
    true,
    offer('m=video 4000 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'm=audio 4002 RTP/AVP 0'),
  ],
  ['G.729 alone', false, offer('m=audio 4000 RTP/AVP 18 101', 'a=rtpmap:101 telephone-event/8000')],
  ['a number that means another codec here', false, offer('m=audio 4000 RTP/AVP 8', 'a=rtpmap:8 G729/8000')],
  ['a codec of the picture', false, offer('m=audio 4000 RTP/AVP 18', 'm=video 4002 RTP/AVP 0')],
  ['sound that is switched off', false, offer('m=audio 0 RTP/AVP 0')],
  ['a picture alone', false, offer('m=video 4000 RTP/AVP 96')],
])('%s can be talked in: %s', (_, can, sdp) => {
  expect(hasOurCodec(sdp)).toBe(can);
});

it('is left with its first sound', () => {
  const [audio, video] = ['m=audio 4000 RTP/AVP 0', 'm=video 4002 RTP/AVP 96'];
  const [silent, second] = ['m=video 0 RTP/AVP 96', 'm=audio 4004 RTP/AVP 8'];
  expect(soundAlone(offer(video, audio, 'a=sendrecv', second))).toBe(
    offer(silent, audio, 'a=sendrecv', 'm=audio 0 RTP/AVP 8'),
  );
  expect(soundAlone(offer(audio))).toBe(offer(audio));
});

describe('the part in DTLS', () => {
  const said = (setup: string, fingerprint = 'sha-256 AA:BB'): string =>
    offer('m=audio 4000 UDP/TLS/RTP/SAVPF 0', `a=fingerprint:${fingerprint}`, `a=setup:${setup}`);
  const weAnswered = {
    local: { type: 'answer', sdp: said('active') },
    remote: { type: 'offer', sdp: said('actpass') },
  } as const;
  const theyAnswered = {
    local: { type: 'offer', sdp: said('actpass') },
    remote: { type: 'answer', sdp: said('active') },
  } as const;

  it('stays what it was, whoever answered first', () => {
    expect(withSameRole(said('active', 'SHA-256 aa:bb'), weAnswered)).toBe(said('passive', 'SHA-256 aa:bb'));
    expect(withSameRole(said('passive'), theyAnswered)).toBe(said('active'));
  });

  it('is a new one with a new certificate, and none where none was agreed', () => {
    expect(withSameRole(said('active', 'sha-256 CC:DD'), weAnswered)).toBe(said('active', 'sha-256 CC:DD'));
    const unsaid = { ...weAnswered, local: { type: 'answer', sdp: said('') } } as const;
    expect(withSameRole(said('active'), unsaid)).toBe(said('active'));
  });
});
