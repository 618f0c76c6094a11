/** Leading zeroes are allowed, as Kubernetes does for old objects. */
export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(part => /^0*\d{1,3}$/.test(part) && Number(part) < 256);
}

export function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return false;
  const tail = /:((?:\d{1,3}\.){3}\d{1,3})$/.exec(text);
  if (text.includes('.') && (tail === null || !isIpv4(tail[1] as string))) return false;
  const plain = tail === null ? text : `${text.slice(0, -(tail[1] as string).length)}0:0`;
  const halves = plain.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')));
  if (!groups.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}

export function isCidr(text: string): boolean {
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,3}$/.test(bits)) return false;
  if (!address.includes(':')) return isIpv4(address) && Number(bits) <= 32;
  return isIpv6(address) && Number(bits) <= 128;
}
