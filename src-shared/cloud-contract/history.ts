/**
 * Every shape this contract has had on the wire. A test compares the last line with the schemas: who changes the wire
 * adds a line on purpose, and says whether old desks still understand it (else `contractVersion` grows).
 */
export const contractHistory: readonly { version: number; hash: string; what: string }[] = [
  { version: 1, hash: 'd03eca34456dafa3', what: 'sign-in, changes, push of calls, recordings' },
  {
    version: 1,
    hash: '59011a76c486ad95',
    what: 'any route may answer 429 rate.limited; old desks try again later as with any refusal',
  },
  {
    version: 1,
    hash: '940d7bb749c58625',
    what: 'a call may carry its quality; old desks send none and pass over it',
  },
  {
    version: 1,
    hash: '0a403e8ca34bd0ae',
    what: 'taken-elsewhere and agent-away, of calls that came in; no desk was released that does not know them',
  },
  {
    version: 1,
    hash: '0d58ca8569e55f60',
    what: 'a call may say to whom it went; old desks send none and pass over it',
  },
  {
    version: 1,
    hash: '91f3bbf152870d06',
    what: 'a call may say by which line it went and which number it showed; old desks send none and pass over it',
  },
  {
    version: 1,
    hash: '3cf096d130a3e501',
    what: 'a page of changes says how many entries it hides; old desks pass over it, new desks believe old clouds',
  },
  {
    version: 1,
    hash: '65a3dc444bb192b5',
    what: 'leads have owners and versions, are claimed, released and edited; notes; old desks pass over all of it',
  },
  {
    version: 1,
    hash: '78263a1900365b99',
    what: 'people change their password; old desks do not ask',
  },
  {
    version: 1,
    hash: '85ae27a3b83241a0',
    what: 'devices and taking them off, and why a session is over; old desks take it for expired',
  },
  {
    version: 1,
    hash: '72f753711dd86f9f',
    what: 'a key for the desk with each sign-in; old desks pass over it',
  },
  {
    version: 1,
    hash: 'bc70496a7d234f26',
    what: 'departments and the list of employees for administrators; old desks do not ask',
  },
  {
    version: 1,
    hash: 'a9cb1ddaa303c7ab',
    what: 'how long recordings are kept, holds, and downloads told apart from playbacks; old desks do not ask',
  },
  {
    version: 1,
    hash: 'dd39367a18fdb44b',
    what: 'a stream that tells that the change counter moved; old desks do not ask, new desks ask old clouds every 5 s as before',
  },
  {
    version: 1,
    hash: '9f5de616fa127f37',
    what: 'number lists and call rules in the stream and for administrators, accounts with one-time passwords; old desks set the rows aside, and do not ask',
  },
  {
    version: 1,
    hash: 'afbf2b563cd599a4',
    what: 'recordings that were taken away are told as such; old desks pass over them',
  },
  {
    version: 1,
    hash: 'eee764be5010b65a',
    what: 'pool rules in the stream and for administrators, quotas, downloads that are refused when theirs is spent; old desks set the rows aside, and do not ask',
  },
  {
    version: 1,
    hash: 'def07761fc120790',
    what: 'the audit log and the devices of a company for administrators, and the program’s version at sign-in; old desks do not ask, nor say',
  },
  {
    version: 1,
    hash: '21104eb1e7828816',
    what: 'leads are deleted, pages say from where on deletions are told, an op says that it is sent for the first time; old desks show a deletion that they were away for too long to hear of until they read everything anew',
  },
  {
    version: 1,
    hash: '23c37ea53cdd8f42',
    what: 'openers of the company with their sounds, and snippets, in the stream, for administrators and as operations; old desks set the rows aside, and do not ask',
  },
  {
    version: 1,
    hash: '92490d424b22753a',
    what: 'SIP accounts of the company, whose passwords their one desk asks for, and capability numbers; old desks set the rows aside, and do not ask',
  },
  {
    version: 1,
    hash: 'dbe3e0d4611946d6',
    what: 'the audit log may be asked for where it was cut; old desks show such an entry by its own name',
  },
  {
    version: 1,
    hash: '9d5e9309a968250e',
    what: 'a page of changes says where the counter stands; old desks pass over it, new desks show no share with old clouds',
  },
  {
    version: 1,
    hash: '9a3e2601afa14368',
    what: 'the audit log tells of recordings that their rule took away; old desks show the action by its code',
  },
  {
    version: 1,
    hash: '503265f033c1854f',
    what: 'a company says for how many days its people sign in offline; old desks stay with seven, new desks take seven from old clouds',
  },
  {
    version: 1,
    hash: '5c6c67f52c7a949e',
    what: 'a snippet of a person says where it stands among theirs; old desks do not say, and it stays there or goes to the end, old clouds pass over it',
  },
  {
    version: 1,
    hash: 'bc904f367e791cc5',
    what: 'leads have a stage, tags, other contacts and a next follow-up, and can be given to somebody; what happened to them is told among their notes; old desks pass over it and show such a note without words, old clouds pass over the fields and refuse the operation; leads have a credit code, and come as sheets; old desks pass over the code, old clouds refuse the sheet, whose rows are then told as not imported; call rules know holidays, old desks and old clouds pass over them; a request for a list is taken back, old clouds refuse that alone',
  },
  {
    version: 1,
    hash: '4471e028132d03a0',
    what: 'a cloud may have a table of number heads; old desks do not ask, new desks go on with what they have where an old cloud does not know the question; outcomes and call scripts of the company, in the stream and for administrators; a call says which outcome it is and what it lacks; old desks set the rows aside, go on by the meaning and take nothing back, old clouds pass over both; desks tell of exports for the audit log, old clouds refuse that alone and hear of it when they are newer; a company says who exports what, old desks export nothing, new desks go by the usual with old clouds; numbers are checked, and leads say how theirs were found; old desks pass over it and show unknown and malformed ones as unchecked, new desks say that an old cloud cannot do it; leads are told of calls that are over, and every desk of what the company has had with a number; old desks set both aside; employees say whether they work here no more, what is released says from whom, a refusal of an assignment names the receiver, rows of a sheet bring contacts, stage, tags and a plan, snippets of the company come by the file; old desks pass over all of it, old clouds over what rows bring and from whom is released, and refuse the file; a rule keeps new leads from being claimed: old desks do not say so beforehand and are refused, old clouds pass over it; whoever gives a lead up says why, which old desks ask for, too',
  },
];
