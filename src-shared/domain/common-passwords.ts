/**
 * What is tried first, at home and here: keyboard walks, words, 拼音 of 我爱你 and its numbers (520, 1314), lucky digits,
 * makes of this trade. A short list of our own; repeats, runs and dates are rules in password.ts. In lower case.
 */
const listed = `
  password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword p@55w0rd pass1234 passwort mypassword
  letmein1 welcome1 welcome123 iloveyou iloveyou1 iloveu520 sunshine princess football baseball superman michael1 trustno1
  starwars computer internet whatever changeme changeme123 default1 master123 login123 hello123 helloworld abcd1234 abcd12345
  admin123 admin1234 admin12345 admin888 admin8888 admin666 administrator root1234 root12345 test1234 test12345 guest123
  guest1234 user1234 user12345 system123 manager123 server123 demo1234 demo12345 qwertyui qwertyuiop qwerty12 qwerty123
  qwerty1234 qwerty12345 qwer1234 qwer12345 qweasdzxc qweasd123 qwe123456 asdfghjkl asdfghjk asdf1234 asd123456 zxcvbnm1
  zxcvbnm123 zxc123456 1qaz2wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 zaq12wsx !qaz2wsx qazwsxedc
  qazwsx123 147258369 147852369 159357456 741852963 789456123 963852741 321654987 135792468 102030405 123456789a 12345678a
  1234567890a 123456aa 123456ab 123456abc 123456qq 123456789q 123456789abc 1234qwer 12341234a 123qweasd 123qwe123 123abc123
  a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 aa123456 aa123456789 aa112233 aabb1122 abc12345 abc123456 abc123456789
  abcabc123 as123456 q1234567 q12345678 q123456789 qq123456 qq12345678 qq123456789 qq5201314 w1234567 w123456789 z1234567
  z123456789 x123456789 s123456789 l123456789 wang123456 wang1234 li123456 zhang123 zhang123456 liu123456 chen123456 yang123456
  woaini520 woaini521 woaini123 woaini1314 woaini5201314 woaiwojia woaini99 woshishui woshiwode wodemima wodemima123 mima1234
  mima123456 mima12345678 nihao123 nihao1234 nihaoma123 xiaoming xiaoming123 zhongguo zhongguo1 beijing123 shanghai123
  5201314a a5201314 5201314520 52013140 1314520520 5201314123 13145200 520131499 52013141314 1314521a 7758521a 77585210
  77585217758521 584520584520 5845201314 88888888a a88888888 66666666a 888888aa 666666aa 168168168 16816888 18181818a
  11223344 1122334455 112233445566 12344321 123454321 1234554321 123321123 12332100 110110110 100200300 100861008610 95279527
  company123 gongsi123 gongsi888 xiaoshou123 xiaoshou888 dianxiao123 dianhua123 kefu1234 kefu123456 jinhu123 jinhu1234
  jinhu123456 jinhu888
`;

export const commonPasswords: ReadonlySet<string> = new Set(listed.split(/\s+/).filter((word) => word !== ''));
