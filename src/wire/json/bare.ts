/**
 * Makes objects that inherit nothing, so that every key of a body is a key like others. `Object.create(null)` would do,
 * but V8 makes a hash table of each such object: ten times the memory, and bodies may have a million of them.
 */
export const Bare = function Bare() {} as unknown as new <Value>() => Record<string, Value>;
Bare.prototype = Object.create(null) as object;
