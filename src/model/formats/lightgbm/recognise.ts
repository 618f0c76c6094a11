const looked = 65_536;

function startOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, looked)).toString(
    'latin1',
  );
  return text.replace(/^(?:\xef\xbb\xbf)?\s*/, '');
}

/** The head of a text model: `tree`, then lines `key=value` that no other format has together. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const start = startOf(bytes);
  if (start.startsWith('tree\n') || start.startsWith('tree\r\n')) return true;
  return (
    /^(?:\w+(?:=[^\n]*)?\r?\n)*?num_class=\d/.test(start) &&
    /^(?:label_index|max_feature_idx)=\d/m.test(start)
  );
}

/** A JSON dump: an object with the trees and the width of a model. Keys may stand in any order. */
export function looksLikeDump(bytes: Uint8Array): boolean {
  if (!startOf(bytes).startsWith('{')) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.includes('"max_feature_idx"') && buffer.includes('"tree_info"');
}

/** Whether bytes are a model of LightGBM; a pickle that holds one is a pickle. */
export function looksLikeLightgbm(bytes: Uint8Array): boolean {
  return looksLikeText(bytes) || looksLikeDump(bytes);
}
