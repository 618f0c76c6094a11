import { declareErrors } from '../base/errors/index.ts';

export const wireErrors = declareErrors({
  'wire-json-syntax': {
    status: 400,
    fault: 'user',
    meaning: 'The body is not JSON.',
    fix: 'Send JSON as RFC 8259 defines it; NaN, Infinity and -Infinity are understood among the data of a tensor.',
  },
  'wire-json-encoding': {
    status: 400,
    fault: 'user',
    meaning: 'A text in the body is not valid UTF-8, or holds half of a surrogate pair.',
    fix: 'Encode the body as UTF-8.',
  },
  'wire-json-depth': {
    status: 400,
    fault: 'user',
    meaning: 'Arrays and objects in the body are nested deeper than the limit.',
    fix: 'Nest less deep; tensor data may be sent flat.',
  },
  'wire-json-duplicate-key': {
    status: 400,
    fault: 'user',
    meaning: 'An object of the body has the same key twice.',
    fix: 'Send each key once.',
  },
  'wire-field-missing': {
    status: 400,
    fault: 'user',
    meaning: 'The body lacks a field that the protocol requires.',
    fix: 'Add the field that the message names.',
  },
  'wire-field-type': {
    status: 400,
    fault: 'user',
    meaning: 'A field of the body holds a value of the wrong JSON type.',
    fix: 'Send the type that the message names.',
  },
  'wire-datatype-unknown': {
    status: 400,
    fault: 'user',
    meaning: 'A tensor has a datatype that the V2 protocol does not have.',
    fix: 'Use BOOL, UINT8 to UINT64, INT8 to INT64, FP32, FP64 or BYTES, in capitals.',
  },
  'wire-datatype-binary': {
    status: 400,
    fault: 'user',
    meaning: 'FP16 and BF16 values cannot be written as JSON.',
    fix: 'Send FP32 instead.',
  },
  'wire-binary': {
    status: 415,
    fault: 'user',
    meaning: 'The request sends or asks for tensor data outside the JSON body, which is not served yet.',
    fix: 'Send the data as JSON and ask for JSON: binary_data=False in tritonclient.',
  },
  'wire-shape-invalid': {
    status: 400,
    fault: 'user',
    meaning:
      'A shape has a dimension that is negative or not an integer, or has too many elements or dimensions.',
    fix: 'Send a list of non-negative integers, the number of rows first.',
  },
  'wire-shape-mismatch': {
    status: 400,
    fault: 'user',
    meaning: 'The data of a tensor have more or fewer elements than its shape, or are nested otherwise.',
    fix: 'Make the product of the dimensions the number of elements; data may be flat or nested like the shape.',
  },
  'wire-element-type': {
    status: 400,
    fault: 'user',
    meaning: 'An element of a tensor is not of the datatype that the tensor declares.',
    fix: 'Change the element or the datatype.',
  },
  'wire-element-range': {
    status: 400,
    fault: 'user',
    meaning: 'A number is too large or too small for the datatype of its tensor, or for float64.',
    fix: 'Use a wider datatype.',
  },
  'wire-name-duplicate': {
    status: 400,
    fault: 'user',
    meaning: 'Two inputs, or two requested outputs, have the same name.',
    fix: 'Send each name once.',
  },
  'wire-rows-uneven': {
    status: 400,
    fault: 'user',
    meaning: 'The instances differ in length or nesting, so that they form no table.',
    fix: 'Give every instance the same number of values.',
  },
  'wire-rows-mixed': {
    status: 400,
    fault: 'user',
    meaning: 'The instances mix texts with numbers, or objects with lists.',
    fix: 'Send objects by column name when columns have different types.',
  },
  'wire-json-size': {
    status: 413,
    fault: 'user',
    meaning: 'The body has more arrays and objects than one request may have.',
    fix: 'Send several requests, or numbers as lists of equal length, which are not limited by this.',
  },
  'wire-rows-limit': {
    status: 413,
    fault: 'user',
    meaning:
      'A request has more rows than the limit, or lists of labels that take too many places when all are as long as the longest.',
    fix: 'Send the rows in several requests, or raise the limit.',
  },
});
