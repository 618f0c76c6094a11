"""Makes the files and goldens of the LightGBM that runs this: generate.py. See ../README.md for the layout."""
from __future__ import print_function

import base64
import gzip
import io
import json
import os
import pickle
import platform
import shutil
import sys
import traceback

import numpy as np
import lightgbm as lgb
import joblib

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)

from cases import VERSION, as_categories, frame_of, native, wrappers  # noqa: E402
import rows  # noqa: E402

scratch = os.path.join('/tmp', 'davit-lightgbm-%d' % os.getpid())
# Contributions are wide: the first rows have everything unusual.
CONTRIBUTED = 40


def saved(booster, **options):
    path = os.path.join(scratch, 'model.txt')
    booster.save_model(path, **options)
    with open(path, 'rb') as file:
        return file.read()


def dumped(booster):
    return json.dumps(booster.dump_model(), allow_nan=False).encode('ascii')


def by_rule(text, rule):
    """Spellings of a text model that its version does not write itself, but older ones and other tools do."""
    if VERSION[:2] != (2, 3) and VERSION[:2] != (4, 7):
        return []
    lines = text.decode('utf-8').split('\n')
    without = [line for line in lines if not line.startswith(('version=', 'tree_sizes='))]
    end = lines.index('end of trees')
    forms = [
        ('text', '\n'.join(without), 'the text without its lines version and tree_sizes'),
        ('text', '\r\n'.join(lines), 'the text with the line ends of Windows'),
        ('text', '\n'.join(lines[:end + 1]) + '\n', 'the text up to its trees'),
    ]
    form, content, origin = forms[rule]
    return [(form, content.encode('utf-8'), origin)]


def native_forms(booster, text, rule):
    """Every way in which this version writes a booster: (form, bytes, origin)."""
    forms = [('text', text, ''), ('pickle', pickle.dumps(booster, protocol=2), '')]
    try:
        forms.append(('dump', dumped(booster), ''))
    except ValueError:
        pass  # 2.0 writes what is no JSON for trees of one leaf.
    return forms + by_rule(text, rule)


def python_forms(model):
    stream = io.BytesIO()
    joblib.dump(model, stream, compress=3)
    return [('pickle', pickle.dumps(model, protocol=2), ''), ('joblib', stream.getvalue(), '')]


def tensor(values):
    values = np.asarray(values)
    shape = list(values.shape)
    if values.dtype.kind in 'USO':
        return {'dtype': 'str', 'shape': shape, 'data': [str(one) for one in values.ravel()]}
    if values.dtype.kind == 'b':
        return {'dtype': 'bool', 'shape': shape, 'data': [bool(one) for one in values.ravel()]}
    if values.dtype.kind in 'iu':
        name = 'int32' if values.dtype.itemsize == 4 else 'int64'
        return {'dtype': name, 'shape': shape, 'data': [int(one) for one in values.ravel()]}
    little = np.ascontiguousarray(values, dtype='<f8')
    return {'dtype': 'float64', 'shape': shape, 'base64': base64.b64encode(little.tobytes()).decode('ascii')}


def cell(value):
    if value is None or isinstance(value, str):
        return value
    value = float(value)
    if value != value:
        return None
    if value in (float('inf'), float('-inf')):
        return 'Infinity' if value > 0 else '-Infinity'
    return value


def contributed(ask, x):
    try:
        return {'contribs': ask(x[:CONTRIBUTED], pred_contrib=True)}
    except TypeError:
        return {}  # before 2.1
    except lgb.basic.LightGBMError as error:
        assert 'linear trees' in str(error)
        return {}


def leaves(ask, x):
    """Always a column a tree: before 4.4 a single tree gave a vector."""
    return np.asarray(ask(x, pred_leaf=True)).astype(np.int32).reshape(len(x), -1)


def answers_of_booster(booster, x):
    outputs = {'predict': booster.predict(x), 'margin': booster.predict(x, raw_score=True)}
    if VERSION >= (2, 1) or outputs['predict'].ndim == 1:
        outputs['leaf'] = leaves(booster.predict, x)
    outputs.update(contributed(booster.predict, x))
    return outputs


def answers_of_wrapper(model, x):
    outputs = {'predict': model.predict(x)}
    # With an objective of the author's own the library gives scores in place of probabilities.
    if hasattr(model, 'predict_proba') and not callable(model.get_params().get('objective')):
        outputs['predict_proba'] = model.predict_proba(x)
    if not hasattr(model, 'steps'):
        # Before 2.2 a classifier made labels, or two columns, of the scores.
        asked = model if VERSION >= (2, 3) or not hasattr(model, 'predict_proba') else model.booster_
        outputs['margin'] = asked.predict(x, raw_score=True)
    if VERSION >= (2, 1) and not hasattr(model, 'steps'):
        outputs['leaf'] = leaves(model.predict, x)
        outputs.update(contributed(model.predict, x))
    return outputs


def booster_of(model):
    if isinstance(model, lgb.Booster):
        return model
    return (model.steps[-1][1] if hasattr(model, 'steps') else model).booster_


class Pack(object):
    def __init__(self):
        self.parts, self.size, self.cases, self.goldens, self.skipped = [], 0, [], {}, []

    def add(self, name, kind, forms, names, x, outputs):
        files = []
        for form, content, origin in forms:
            entry = {'form': form, 'offset': self.size, 'length': len(content)}
            if origin:
                entry['origin'] = origin
            files.append(entry)
            self.parts.append(content)
            self.size += len(content)
        cells = x.values if hasattr(x, 'values') else x
        self.cases.append({
            'case': name,
            'class': kind,
            'names': names,
            'files': files,
            'outputs': sorted(outputs),
        })
        tensors = {key: tensor(value) for key, value in outputs.items()}
        if tensors['predict'] == tensors.get('margin'):
            tensors['predict'] = {'same': 'margin'}
        self.goldens[name] = {'rows': [[cell(one) for one in row] for row in cells], 'outputs': tensors}

    def write(self):
        folder = os.path.join(here, lgb.__version__)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.write_packed(os.path.join(folder, 'models.bin.gz'), b''.join(self.parts))
        text = json.dumps(self.goldens, sort_keys=True, separators=(',', ':'), allow_nan=False)
        self.write_packed(os.path.join(folder, 'goldens.json.gz'), text.encode('ascii'))
        made = {'python': platform.python_version(), 'lightgbm': lgb.__version__, 'numpy': np.__version__}
        with open(os.path.join(folder, 'manifest.json'), 'w') as file:
            json.dump({'madeBy': made, 'cases': self.cases, 'skipped': self.skipped}, file, indent=1, sort_keys=True)
            file.write('\n')

    @staticmethod
    def write_packed(path, content):
        with open(path, 'wb') as raw:
            with gzip.GzipFile(filename='', mode='wb', compresslevel=9, fileobj=raw, mtime=0) as file:
                file.write(content)


def apart(work):
    """What `work` returns, computed in a process of its own: releases before 2.1 corrupt memory when they free models."""
    path = os.path.join(scratch, 'result')
    child = os.fork()
    if child == 0:
        try:
            with open(path + '.part', 'wb') as file:
                pickle.dump(work(), file, protocol=2)
            os.rename(path + '.part', path)
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.waitpid(child, 0)
    if not os.path.exists(path):
        return 'the process ends'
    with open(path, 'rb') as file:
        result = pickle.load(file)
    os.remove(path)
    return result


def rows_for(text, seed):
    return rows.rows_for(text, seed, tiny=VERSION >= (2, 0, 5))


def plain_frame(frame):
    """Cells as a request brings them: texts or null."""
    return frame.astype(object).where(frame.notnull(), None)


def from_text(text):
    path = os.path.join(scratch, 'again.txt')
    with open(path, 'wb') as file:
        file.write(text)
    return lgb.Booster(model_file=path)


def native_entries(at, name, seed, model, options):
    """What `Pack.add` takes, for a booster."""
    entries = []
    if not options.get('reload', True):
        # All trees in a pickle with best_iteration; the text has those up to the best.
        x = rows_for(saved(model).decode('utf-8'), seed)
        pickled = ('pickle', pickle.dumps(model, protocol=2), '')
        entries.append((name + '-pickled', 'Booster', [pickled], None, x, answers_of_booster(model, x)))
    text = saved(model)
    x = rows_for(text.decode('utf-8'), seed)
    again = from_text(text)
    # The categories of frames stand after the trees.
    forms = native_forms(again, text, at % (2 if options.get('frame') else 3))
    if options.get('frame'):
        # Dumps before 3.0 do not tell which columns the categories of a frame belong to.
        forms = [one for one in forms if one[0] != 'dump' or VERSION >= (3,)]
        frame = frame_of(x)
        outputs = answers_of_booster(again, as_categories(frame))
        entries.append((name, 'Booster', forms, again.feature_name(), plain_frame(frame), outputs))
    else:
        entries.append((name, 'Booster', forms, None, x, answers_of_booster(again, x)))
    if name == 'multiclass' and VERSION >= (2, 2):
        part = saved(model, start_iteration=2, num_iteration=3)
        outputs = answers_of_booster(from_text(part), x)
        entries.append(('iterations-2-to-4', 'Booster', [('text', part, '')], None, x, outputs))
    return entries


def wrapper_entries(at, name, seed, model, options):
    x = rows_for(saved(booster_of(model)).decode('utf-8'), seed)
    if hasattr(model, 'steps'):
        x = np.clip(np.nan_to_num(x), -1e6, 1e6)
    if name.endswith('frame'):
        frame = frame_of(x)
        outputs = answers_of_wrapper(model, as_categories(frame))
        return [(name, type(model).__name__, python_forms(model), list(frame.columns), plain_frame(frame), outputs)]
    return [(name, type(model).__name__, python_forms(model), None, x, answers_of_wrapper(model, x))]


def fill(pack, wanted, entries_of):
    for at, (name, seed, make, options) in enumerate(wanted):
        def work():
            try:
                return entries_of(at, name, seed, make(), options)
            except (lgb.basic.LightGBMError, ValueError, ImportError) as error:
                return str(error).strip()[:200] or type(error).__name__

        found = apart(work) if VERSION < (2, 1) else work()
        if isinstance(found, list):
            for entry in found:
                pack.add(*entry)
        else:
            pack.skipped.append({'case': name, 'reason': found})


def main():
    os.makedirs(scratch)
    pack = Pack()
    try:
        fill(pack, native(), native_entries)
        fill(pack, wrappers(), wrapper_entries)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    pack.write()


main()
