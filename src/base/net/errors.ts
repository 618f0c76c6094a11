import { type CodedError, declareErrors } from '../errors/index.ts';

export const netErrors = declareErrors({
  'net-request-malformed': {
    status: 400,
    fault: 'user',
    meaning: 'The bytes received are not a valid HTTP request.',
    fix: 'Send HTTP/1.1 or HTTP/2 as RFC 9112 and RFC 9113 define them; a TLS client on a plain port ends here too.',
  },
  'net-request-truncated': {
    status: 400,
    fault: 'user',
    meaning: 'The client stopped sending before its request was complete.',
    fix: 'Make Content-Length the number of bytes that are really sent.',
  },
  'net-encoding-broken': {
    status: 400,
    fault: 'user',
    meaning: 'The request body is not in the encoding that its Content-Encoding names.',
    fix: 'Compress the body with gzip, or with zlib for `deflate`, or drop the header.',
  },
  'net-request-slow': {
    status: 408,
    fault: 'user',
    meaning: 'A request did not arrive completely within the time allowed.',
    fix: 'Send the whole request at once, or raise the time-out.',
  },
  'net-port-taken': {
    status: 409,
    fault: 'user',
    meaning: 'Another program listens on the address.',
    fix: 'Stop that program or choose another port.',
  },
  'net-body-too-large': {
    status: 413,
    fault: 'user',
    meaning: 'A request body, as sent or once inflated, is larger than the limit.',
    fix: 'Send less in one request, or raise the limit.',
  },
  'net-encoding-unknown': {
    status: 415,
    fault: 'user',
    meaning: 'The request body has a Content-Encoding that is not supported.',
    fix: 'Use gzip, deflate or no compression; the answer lists them in Accept-Encoding.',
  },
  'net-expectation-unknown': {
    status: 417,
    fault: 'user',
    meaning: 'The Expect header asks for something other than 100-continue.',
    fix: 'Drop the Expect header.',
  },
  'net-head-too-large': {
    status: 431,
    fault: 'user',
    meaning: 'The request line and headers together are larger than the limit.',
    fix: 'Send fewer or shorter headers; long cookies are the usual cause.',
  },
  'net-handler-failed': {
    status: 500,
    fault: 'server',
    meaning: 'Answering the request failed in a way nobody foresaw.',
    fix: 'Report it with the log line that has the same time.',
  },
  'net-answer-invalid': {
    status: 500,
    fault: 'server',
    meaning: 'An answer was prepared with a status or a header that HTTP does not allow.',
    fix: 'Report it with the log line that has the same time.',
  },
  'net-method-unsupported': {
    status: 501,
    fault: 'user',
    meaning: 'The request asks for a tunnel, which this server does not make.',
    fix: 'Address the server directly, not as a proxy.',
  },
  'net-connections-full': {
    status: 503,
    fault: 'server',
    meaning: 'As many clients are connected as the limit allows.',
    fix: 'Retry after a moment, keep fewer connections open, or raise the limit.',
  },
  'net-bodies-full': {
    status: 503,
    fault: 'server',
    meaning: 'The request bodies that are arriving at the same time take as much memory as the limit allows.',
    fix: 'Retry after a moment, send less at once, or raise the limit.',
  },
  'net-address-refused': {
    status: 400,
    fault: 'user',
    meaning: 'The operating system does not let this program listen on the address.',
    fix: 'Choose an address of this machine and a port above 1023, or grant the right to bind low ports.',
  },
});

export function tooLarge(found: string, limit: number): CodedError {
  return netErrors.make['net-body-too-large'](`A request body ${found}; expected at most ${limit} bytes.`);
}
