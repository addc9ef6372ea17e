import { describe, expect, it } from 'vitest';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { readPlain, readSlowly } from './plain-headers.ts';

/** Without what the grammar leaves lying about in its answers, and nobody reads. */
function tidy(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('protocol' in answer || 'sip_version' in answer))
    return answer;
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== 'host_type' && key !== 'password'));
}

const plain: Readonly<Record<string, readonly string[]>> = {
  Request_Response: [
    'SIP/2.0 100 trying -- your call is important to us',
    'SIP/2.0 401 Unauthorized',
    'SIP/2.0 200 OK',
    'SIP/2.0 180 ',
    'INVITE sip:8001@df7jal23ls0d.invalid;transport=ws;ob SIP/2.0',
    'BYE sip:127.0.0.1:5060;transport=WS;lr SIP/2.0',
    'REGISTER sips:pbx.example.com SIP/2.0',
  ],
  SIP_URI: ['sip:8001@a.b', 'sip:+8615400000137@10.0.0.1:5060', 'sip:a.b;transport=wss', 'sip:(a)b!c@x-1.y2'],
  Via: [
    'SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK12;rport=4;received=127.0.0.1',
    'SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKcydzigwkX',
    'SIP/2.0/WS a.b;branch=z9',
  ],
  From: [
    '"陈 晓" <sip:8001@a.b>;tag=x1;y=2',
    '<sip:8001@a.b>;tag=x1',
    'Bob B <sip:8001@a.b;transport=TCP;lr=on>',
    '"" <sip:8001@a.b:5060>',
    '<sip:a.b>;x="q;r=1"',
  ],
  To: ['"anonymous" <sip:anonymous@anonymous.invalid>', '<sip:8001@127.0.0.1>;tag=as-d.f1'],
  Contact: [
    '<sip:abc@xxx.invalid;transport=ws>;expires=600',
    '<sip:abc@xxx.invalid;ob>;+sip.instance="<urn:uuid:1>";reg-id=1;expires=60',
    '<sip:gw@10.1.1.1:5080>',
  ],
  Record_Route: ['<sip:127.0.0.1;transport=ws;r2=on;lr=on;ftag=a>', '<sip:127.0.0.1:50;lr>'],
  CSeq: ['2 REGISTER', '4294967295 INVITE'],
  Call_ID: ['abc@127.0.0.1', '7f-3.x_y'],
  Content_Length: ['0', '1234'],
  Max_Forwards: ['70'],
  Content_Type: ['application/sdp', 'message/sipfrag'],
  WWW_Authenticate: [
    'Digest realm="127.0.0.1", nonce="aa/=+", algorithm=MD5, qop="auth"',
    'Digest realm="a",nonce="b",stale=TRUE,opaque="",qop="auth,auth-int",algorithm=SHA-256',
    'Digest realm="锦呼", nonce="b", stale=false',
  ],
  Proxy_Authenticate: ['Digest realm="a b", nonce="b"'],
};

describe('plain headers', () => {
  for (const [rule, texts] of Object.entries(plain))
    it.each(texts)(`${rule} %s is what the grammar makes of it`, (text) => {
      expect(readPlain(text, rule)).not.toBeNull();
      expect(readPlain(text, rule)).toStrictEqual(tidy(readSlowly(text, rule)));
    });

  it('and so is whatever else they are changed into, or it is left to the grammar', () => {
    const random = seededRandom(20_261_127);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const pieces = [
      ...`;,"<>@:= /?*%\\&.-()'x1A`,
      ';tag=',
      ';lr',
      '%41',
      'sip:',
      ', ',
      ';user=phone',
      'expires=',
      '\r\n ',
      '名',
    ];
    let [read, left] = [0, 0];
    for (let n = 0; n < 6_000; n += 1) {
      const rule = pick(Object.keys(plain));
      let text = pick(plain[rule] ?? []);
      for (let times = 1 + Math.floor(random() * 2); times > 0; times -= 1) {
        const at = Math.floor(random() * (text.length + 1));
        const gone = pick([0, 0, 1, 3]);
        text = text.slice(0, at) + pick([...pieces, '']) + text.slice(at + gone);
      }
      const ours = readPlain(text, rule);
      if (ours === null) left += 1;
      else expect(ours, `${rule}: ${text}`).toStrictEqual(tidy(readSlowly(text, rule)));
      if (ours !== null) read += 1;
    }
    expect(Math.min(read, left)).toBeGreaterThan(500);
  });

  it('leaves what is not plain to the grammar', () => {
    const others = [
      ['Contact', '*'],
      ['Contact', '<sip:a@b>, <sip:c@d>'],
      ['From', 'sip:8001@a.b;tag=1'],
      ['From', '"a\\"b" <sip:8001@a.b>'],
      ['To', '<sip:a%20b@c.d>'],
      ['Via', 'SIP/2.0/UDP [::1]:5060;branch=z9'],
      ['Via', 'SIP/2.0/UDP 127.0.0.1:5060;branch=z9;rport'],
      ['Refer_To', '<sip:8001@a.b>'],
      ['uuid', '00000000-0000-4000-8000-000000000000'],
    ] as const;
    for (const [rule, text] of others) expect(readPlain(text, rule), text).toBeNull();
  });
});
