/** The V2 (Open Inference Protocol) datatypes with Triton's BF16. `bytes` is the width of an element, 0 when it varies. */
export const datatypes = {
  BOOL: { bytes: 1, kind: 'bool' },
  UINT8: { bytes: 1, kind: 'int' },
  UINT16: { bytes: 2, kind: 'int' },
  UINT32: { bytes: 4, kind: 'int' },
  UINT64: { bytes: 8, kind: 'bigint' },
  INT8: { bytes: 1, kind: 'int' },
  INT16: { bytes: 2, kind: 'int' },
  INT32: { bytes: 4, kind: 'int' },
  INT64: { bytes: 8, kind: 'bigint' },
  FP16: { bytes: 2, kind: 'float' },
  BF16: { bytes: 2, kind: 'float' },
  FP32: { bytes: 4, kind: 'float' },
  FP64: { bytes: 8, kind: 'float' },
  BYTES: { bytes: 0, kind: 'bytes' },
} as const;

export type Datatype = keyof typeof datatypes;

export function isDatatype(name: string): name is Datatype {
  return Object.hasOwn(datatypes, name);
}
