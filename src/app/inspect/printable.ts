/** Names and values come from the file: control characters in them would steer the terminal. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, character =>
    JSON.stringify(character).slice(1, -1),
  );
}
