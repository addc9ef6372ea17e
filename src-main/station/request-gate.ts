/** What the gate needs of a request; `rawHeaders` as Node gives them, because its `headers` hides duplicates. */
export interface GateRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
}

export interface GateRules {
  /** `127.0.0.1:<port>`; nothing else is our name, so a rebound DNS name never gets an answer. */
  readonly host: string;
  /** Exact origins of our pages. */
  readonly origins: readonly string[];
}

/** Null = let in; else the status to refuse with. */
export type Refusal = { readonly status: 400 | 403 | 404 | 405 | 421 } | null;

const values = (raw: readonly string[], name: string): string[] =>
  raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === name);

function common(request: GateRequest, rules: GateRules): Refusal {
  const hosts = values(request.rawHeaders, 'host');
  if (hosts.length !== 1 || hosts[0] !== rules.host) return { status: 421 };
  // Origin form only (RFC 9112 §3.2.1): the absolute form names a host of its own.
  if (!request.url?.startsWith('/') || request.url.startsWith('//')) return { status: 400 };
  const origins = values(request.rawHeaders, 'origin');
  if (origins.length > 1 || (origins[0] !== undefined && !rules.origins.includes(origins[0]))) return { status: 403 };
  return null;
}

/**
 * Every plain request. `Sec-Fetch-Site` only ever narrows: it is absent where the browser does not trust the origin.
 */
export function gateRequest(request: GateRequest, rules: GateRules): Refusal {
  const refusal = common(request, rules);
  if (refusal) return refusal;
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
  const [site] = values(request.rawHeaders, 'sec-fetch-site');
  const navigates = values(request.rawHeaders, 'sec-fetch-mode')[0] === 'navigate';
  return site === undefined || site === 'same-origin' || site === 'none' || navigates ? null : { status: 403 };
}

/** Every upgrade: browsers always send Origin on a WebSocket, so one without it is not a page of ours. */
export function gateUpgrade(request: GateRequest, rules: GateRules): Refusal {
  const refusal = common(request, rules);
  if (refusal) return refusal;
  if (values(request.rawHeaders, 'origin').length !== 1) return { status: 403 };
  return request.method === 'GET' && request.url === '/desk' ? null : { status: 404 };
}
