import { createHash } from 'node:crypto';

export interface PbxUser {
  readonly name: string;
  readonly password: string;
}

export interface KamailioOptions {
  /** The address that everything listens on. */
  readonly host: string;
  /** SIP over UDP and TCP, for plain phones and carriers. */
  readonly sipPort: number;
  /** SIP over WebSocket, for browsers. */
  readonly wsPort: number;
  /** The same over TLS; null = without. */
  readonly wss: { readonly port: number; readonly configFile: string } | null;
  /** The media relay's control port. */
  readonly relayPort: number;
  readonly domain: string;
  readonly users: readonly PbxUser[];
  /** Where dialled numbers go: port of a plain SIP party on the same host. `*` = every number that has no line of its own. */
  readonly lines: Readonly<Record<string, number>>;
  /** Feature codes and the state that each tells of whoever calls it; their line answers, and the state holds when that hangs up. */
  readonly codes: Readonly<Record<string, string>>;
  /** Nobody has answered for so long: 408, and CANCEL to whoever rings. */
  readonly ringSeconds: number;
  /** Where Debian puts the modules of this machine's architecture. */
  readonly modules: string;
}

const modules = [
  ...['jsonrpcs', 'kex', 'corex', 'tm', 'tmx', 'sl', 'rr', 'pv', 'maxfwd', 'usrloc', 'registrar', 'textops'],
  ...[
    'siputils',
    'xlog',
    'sanity',
    'htable',
    'auth',
    'nathelper',
    'rtpengine',
    'sdpops',
    'tcpops',
    'xhttp',
    'websocket',
  ],
];

/** Of the tls module: one certificate for every name that is asked for. */
export const kamailioTls = (certificateFile: string, keyFile: string): string => `[server:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
certificate = ${certificateFile}
private_key = ${keyFile}
`;

/** What the relay is told of the two kinds of far end (research/sip §3): browsers speak DTLS-SRTP with ICE, plain phones RTP. */
const media = {
  offerToBrowser: 'ICE=force transport-protocol=UDP/TLS/RTP/SAVPF rtcp-mux-offer generate-mid SDES-off DTLS=passive',
  offerToPlain: 'ICE=remove transport-protocol=RTP/AVP rtcp-mux-demux SDES-off DTLS=off',
  answerToBrowser: 'ICE=force rtcp-mux-require SDES-off generate-mid',
  answerToPlain: 'ICE=remove rtcp-mux-demux SDES-off',
};
const everySide = 'replace-origin replace-session-connection';
const eachBranch = `via-branch=auto-next ${everySide}`;

/** Digest's HA1 (RFC 7616 §3.4.2): the server holds no password. */
const ha1 = ({ name, password }: PbxUser, realm: string): string =>
  createHash('md5').update(`${name}:${realm}:${password}`).digest('hex');

/**
 * A PBX of one file: registrar with digest, proxy, WebSocket for browsers, and every call's sound over the relay. It keeps
 * nothing on disk. Browsers are found by the socket of their last REGISTER, so that a call outlives its WebSocket.
 */
export function kamailioConfig(options: KamailioOptions): string {
  return [
    globals(options),
    parameters(options),
    tables(options),
    requests,
    whoIsIt(options),
    admission(options),
    destinations,
    inDialog,
    relaying,
    replies,
    http(options),
  ].join('\n');
}

const globals = ({ host, sipPort, wsPort, wss, domain, modules: folder }: KamailioOptions): string => `#!KAMAILIO
#!define FROM_BROWSER 1
#!define FROM_LINE 2
#!define LATE_OFFER 4
#!define TO_BROWSER 3

debug=2
log_stderror=yes
log_prefix="{$mt $hdr(CSeq) $ci} "
children=2
tcp_children=2
auto_aliases=no
# With the bare address as an alias every contact on this host would be "myself", and ACK and BYE would come back.
alias="${domain}"
dns=off
rev_dns=off
dns_try_ipv6=no
listen=udp:${host}:${sipPort}
listen=tcp:${host}:${sipPort}
listen=tcp:${host}:${wsPort}
${wss ? `enable_tls=yes\nlisten=tls:${host}:${wss.port}` : ''}
# Longer than any registration lives, else the socket goes first.
tcp_connection_lifetime=3605
# The upgrade request has no Content-Length; a browser's offer is up to 6 KB.
tcp_accept_no_cl=yes
tcp_rd_buf_size=65536
tcp_connect_timeout=3
# Whoever registers here knows that nobody real is behind it.
server_header="Server: Jinhu PBX (SIMULATED)"

mpath="${folder}/"
${[...(wss ? ['tls'] : []), ...modules].map((name) => `loadmodule "${name}.so"`).join('\n')}
`;

const parameters = ({ host, relayPort, ringSeconds, wss }: KamailioOptions): string => `
modparam("jsonrpcs", "transport", 1)
modparam("tm", "failure_reply_mode", 3)
modparam("tm", "fr_timer", 5000)
modparam("tm", "fr_inv_timer", ${ringSeconds * 1000})
# Else each 180 begins the ringing time anew.
modparam("tm", "restart_fr_on_each_reply", 0)
modparam("rr", "enable_double_rr", 1)
modparam("rr", "append_fromtag", 1)
modparam("registrar", "min_expires", 10)
modparam("registrar", "max_expires", 600)
modparam("registrar", "default_expires", 120)
modparam("registrar", "received_avp", "$avp(RECEIVED)")
modparam("nathelper", "received_avp", "$avp(RECEIVED)")
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "timer_interval", 5)
modparam("usrloc", "handle_lost_tcp", 1)
modparam("htable", "htable", "users=>size=8;")
modparam("htable", "htable", "lines=>size=8;")
modparam("htable", "htable", "codes=>size=4;")
modparam("htable", "htable", "states=>size=8;")
modparam("htable", "htable", "sockets=>size=8;autoexpire=700;")
modparam("auth", "nonce_expire", 300)
modparam("auth", "qop", "auth")
modparam("websocket", "keepalive_mechanism", 1)
modparam("websocket", "keepalive_timeout", 20)
modparam("websocket", "sub_protocols", 1)
modparam("rtpengine", "rtpengine_sock", "udp:${host}:${relayPort}")
modparam("rtpengine", "rtpengine_tout_ms", 1000)
${wss ? `modparam("tls", "config", "${wss.configFile}")` : ''}
`;

const tables = ({ users, lines, codes, domain, host }: KamailioOptions): string => `
event_route[htable:mod-init] {
${users.map((user) => `\t$sht(users=>${user.name}) = "${ha1(user, domain)}";`).join('\n')}
${Object.entries(lines)
  .map(([number, port]) => `\t$sht(lines=>${number === '*' ? 'any' : number}) = "${host}:${port}";`)
  .join('\n')}
${Object.entries(codes)
  .map(([code, state]) => `\t$sht(codes=>${code}) = "${state}";`)
  .join('\n')}
}
`;

const requests = `
request_route {
	if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
	if (!sanity_check("17895", "7")) exit;
	if (is_method("OPTIONS") && uri == myself && $rU == $null) { sl_send_reply("200", "OK"); exit; }

	route(WHO);
	if (is_method("CANCEL")) {
		if (t_check_trans()) { rtpengine_delete(); route(RELAY); }
		exit;
	}
	if (!is_method("ACK")) { if (t_precheck_trans()) { t_check_trans(); exit; } t_check_trans(); }
	if (has_totag()) { route(IN_DIALOG); exit; }
	if (is_method("ACK")) exit;

	route(AUTH);
	if (is_method("REGISTER")) { route(REGISTRAR); exit; }
	if ($rU == $null) { sl_send_reply("484", "Address Incomplete"); exit; }
	remove_hf("Route");
	if (is_method("INVITE|SUBSCRIBE|REFER")) record_route();
	route(WHERE);
}
`;

const whoIsIt = ({ host, lines }: KamailioOptions): string => `
# A browser's Contact cannot be reached: what it came by is remembered instead.
route[WHO] {
	if (nat_uac_test("64")) {
		setflag(FROM_BROWSER);
		force_rport();
		if (is_method("REGISTER")) fix_nated_register();
		else if (is_present_hf("Contact") && !add_contact_alias()) { sl_send_reply("400", "Bad Contact"); exit; }
	} else if (nat_uac_test("19")) {
		force_rport();
		if (is_method("REGISTER")) fix_nated_register();
		else if (is_present_hf("Contact")) add_contact_alias();
	}
	# Lines are trusted by where they are, never by what they say.
	if (!isflagset(FROM_BROWSER) && $si == "${host}" && (${lineTest(Object.values(lines))})) setflag(FROM_LINE);
}
`;

const admission = ({ domain }: KamailioOptions): string => `
route[AUTH] {
	if (is_method("REGISTER")) {
		if ($au == $null || $sht(users=>$au) == $null || !pv_www_authenticate("${domain}", "$sht(users=>$au)", "1")) {
			www_challenge("${domain}", "1"); exit;
		}
		if ($au != $tU) { sl_send_reply("403", "Forbidden"); exit; }
	} else if (!isflagset(FROM_LINE)) {
		if ($au == $null || $sht(users=>$au) == $null || !pv_proxy_authenticate("${domain}", "$sht(users=>$au)", "1")) {
			proxy_challenge("${domain}", "1"); exit;
		}
		# Who hides (RFC 3323) is known by the password.
		if ($au != $fU && $fU != "anonymous") { sl_send_reply("403", "Forbidden"); exit; }
	}
	consume_credentials();
}

route[REGISTRAR] {
	# Without a Contact it is a question (RFC 3261 §10.2.3).
	if (isflagset(FROM_BROWSER) && is_present_hf("Contact")) {
		# A browser keeps one made-up Contact as long as its page lives: the key to whatever socket it has now. ";transport=ws"
		# also for wss, the connection itself is found by its address.
		$var(contact) = $(ct{nameaddr.uri});
		$var(key) = $(var(contact){uri.user}) + "@" + $(var(contact){uri.host});
		$sht(sockets=>$var(key)) = "sip:" + $si + ":" + $sp + ";transport=ws";
	}
	if (!save("location")) sl_reply_error();
}
`;

const destinations = `
route[WHERE] {
	if (uri != myself) {
		# A transfer names the target's Contact (RFC 3515): that of a browser is let through, and who replaces a call of theirs.
		$var(key) = $rU + "@" + $rd;
		if ($sht(sockets=>$var(key)) != $null) {
			handle_ruri_alias();
			$du = $sht(sockets=>$var(key));
			route(RELAY);
		}
		if (is_method("INVITE") && is_present_hf("Replaces") && !isflagset(FROM_LINE)) { handle_ruri_alias(); route(RELAY); }
		sl_send_reply("403", "Relaying Denied");
		exit;
	}
	if ($sht(users=>$rU) != $null) {
		if (!lookup("location")) { sl_send_reply("480", "Temporarily Unavailable"); exit; }
		route(RELAY);
	}
	if ($sht(lines=>$rU) != $null) $ru = "sip:" + $rU + "@" + $sht(lines=>$rU);
	else if ($rU =~ "^[0-9*#+]+$" && $sht(lines=>any) != $null) $ru = "sip:" + $rU + "@" + $sht(lines=>any);
	else { sl_send_reply("404", "Not Found"); exit; }
	route(RELAY);
}
`;

/** Whoever sends from a line's port is that line. */
const lineTest = (ports: readonly number[]): string =>
  ports.length === 0 ? '$sp == 0' : [...new Set(ports)].map((port) => `$sp == ${port}`).join(' || ');

const inDialog = `
route[IN_DIALOG] {
	if (!loose_route()) {
		if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
		sl_send_reply("404", "Not Here");
		exit;
	}
	if ($du == "" || $du == $null) {
		handle_ruri_alias();
		$var(key) = $rU + "@" + $rd;
		if ($sht(sockets=>$var(key)) != $null) $du = $sht(sockets=>$var(key));
	}
	if (is_method("INVITE|UPDATE|REFER|SUBSCRIBE|NOTIFY")) record_route();
	# Of this branch alone: where two have answered, the end of the second is not that of the first.
	if (is_method("BYE")) rtpengine_delete("to-tag");
	# What a feature code is for has been done when its line hangs up.
	if (is_method("BYE") && isflagset(FROM_LINE) && $sht(codes=>$fU) != $null) $sht(states=>$tU) = $sht(codes=>$fU);
	# The answer to an offer that came late is in the ACK, which has no branches.
	if (is_method("ACK") && has_body("application/sdp")) {
		if ($du =~ "transport=ws" || $ru =~ "transport=ws") rtpengine_answer("${everySide} ${media.answerToBrowser}");
		else rtpengine_answer("${everySide} ${media.answerToPlain}");
	}
	route(RELAY);
}
`;

const relaying = `
route[RELAY] {
	if (is_method("INVITE|UPDATE|PRACK")) t_on_branch("MEDIA");
	if (is_method("INVITE") && !has_body("application/sdp")) setflag(LATE_OFFER);
	if (is_method("INVITE|UPDATE|SUBSCRIBE|REFER|INFO|NOTIFY|MESSAGE|BYE|PRACK")) t_on_reply("REPLY");
	if (is_method("INVITE") && !has_totag()) t_on_failure("FAILED");
	# A browser is never dialled: it has a socket, or it is away.
	if ($du =~ "transport=ws" || $ru =~ "transport=ws") set_forward_no_connect();
	if (isflagset(FROM_BROWSER)) set_reply_no_connect();
	if (!t_relay()) sl_reply_error();
	exit;
}

branch_route[MEDIA] {
	if ($du =~ "transport=ws" || $ru =~ "transport=ws") setbflag(TO_BROWSER);
	if (!has_body("application/sdp")) return;
	if (isbflagset(TO_BROWSER)) rtpengine_manage("${eachBranch} ${media.offerToBrowser}");
	else rtpengine_manage("${eachBranch} ${media.offerToPlain}");
}

failure_route[FAILED] {
	rtpengine_delete();
}
`;

const replies = `
onreply_route[REPLY] {
	if (nat_uac_test("65") && is_present_hf("Contact")) add_contact_alias();
	# Only of 1xx and 2xx: a refused re-INVITE must not end the sound of the call that goes on.
	if (!has_body("application/sdp") || !(status =~ "[12][0-9][0-9]")) return;
	if (isflagset(LATE_OFFER)) {
		if (isflagset(FROM_BROWSER)) rtpengine_offer("${everySide} ${media.offerToBrowser}");
		else rtpengine_offer("${everySide} ${media.offerToPlain}");
		return;
	}
	if (isflagset(FROM_BROWSER)) rtpengine_manage("${eachBranch} ${media.answerToBrowser}");
	else rtpengine_manage("${eachBranch} ${media.answerToPlain}");
}
`;

const http = ({ host, wsPort, wss }: KamailioOptions): string => `
event_route[xhttp:request] {
	set_reply_close();
	set_reply_no_connect();
	if ($hu =~ "^/RPC" && $si == "${host}") { jsonrpc_dispatch(); exit; }
	if (($Rp == ${wsPort} || $Rp == ${wss?.port ?? 0}) && $hdr(Upgrade) =~ "websocket" && $hdr(Connection) =~ "Upgrade" && $rm =~ "GET") {
		if ($hdr(Origin) != $null && !($hdr(Origin) =~ "^(https?://(localhost|127\\.0\\.0\\.1)(:[0-9]+)?|app://.*)$")) {
			xhttp_reply("403", "Forbidden Origin", "", "");
			exit;
		}
		if (ws_handle_handshake()) exit;
	}
	xhttp_reply("404", "Not Found", "", "");
}
`;
