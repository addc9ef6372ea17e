import { ScriptedModem } from './scripted-modem.ts';

/** A JH-5 with a registered card that nobody is calling; its slot switch stands on 3. */
export const readyModem = (): ScriptedModem =>
  new ScriptedModem()
    .on(/CGMI/, ['Jinhu', 'OK'])
    .on(/CGMM/, ['JH-5 SIM', 'OK'])
    .on(/CPIN\?/, ['+CPIN: READY', 'OK'])
    .on(/CCID/, ['+CCID: 89860026000001010101', 'OK'])
    .on(/CNUM/, ['+CNUM: "","15400000101",129', 'OK'])
    .on(/CREG\?/, ['+CREG: 1,1', 'OK'])
    .on(/CSQ/, ['+CSQ: 20,99', 'OK'])
    .on(/COPS\?/, ['+COPS: 0,0,"CHINA MOBILE",7', 'OK'])
    .on(/JHSLOT\?/, ['+JHSLOT: 3', 'OK']);
