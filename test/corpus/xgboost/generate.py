"""Makes the files and goldens of the XGBoost that runs this: generate.py. See ../README.md for the layout."""
import base64
import gzip
import io
import json
import os
import pickle
import platform
import shutil
import sys
import warnings

import numpy as np
import xgboost as xgb

warnings.simplefilter('ignore')
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)

from cases import VERSION, known_codes, native, wrappers  # noqa: E402
from rows import FEATURES, rows_for  # noqa: E402
try:
    import joblib
except ImportError:
    from sklearn.externals import joblib

scratch = os.path.join('/tmp', 'davit-xgboost-%d' % os.getpid())


def saved(booster, name):
    path = os.path.join(scratch, name)
    booster.save_model(path)
    with open(path, 'rb') as file:
        return file.read()


def native_forms(booster):
    """Every way in which this version writes a booster: (form, bytes, origin)."""
    forms = []
    if VERSION < (1, 0):
        raw = saved(booster, 'model.model')
        forms.append(('binary', raw, ''))
        forms.append(('binf', b'binf' + raw, 'the file with the four bytes that versions before 0.47 and from 1.0 on put first'))
        forms.append(('bs64', b'bs64\t' + base64.b64encode(raw) + b'\n', 'the file in the base64 of versions before 0.47'))
    else:
        if VERSION < (3, 1):
            try:
                old = saved(booster, 'model.deprecated' if VERSION >= (2, 1) else 'model.bin')
                forms.append(('binf' if old[:4] == b'binf' else 'binary', old, ''))
            except xgb.core.XGBoostError:
                pass  # Categories, vector leaves and 3.0 have no binary form.
        forms.append(('json', saved(booster, 'model.json'), ''))
        if VERSION >= (1, 6):
            forms.append(('ubj', saved(booster, 'model.ubj'), ''))
    forms.append(('pickle', pickle.dumps(booster, protocol=2), ''))
    return [one for one in forms if one[0] != 'binary' or one[1][:1] != b'{']


def python_forms(model):
    stream = io.BytesIO()
    joblib.dump(model, stream, compress=3)
    return [('pickle', pickle.dumps(model, protocol=2), ''), ('joblib', stream.getvalue(), '')]


def tensor(values):
    values = np.asarray(values)
    if values.dtype.kind in 'US' or values.dtype == object:
        return {'dtype': 'str', 'shape': list(values.shape), 'data': [str(one) for one in values.ravel()]}
    if values.dtype.kind == 'b':
        return {'dtype': 'bool', 'shape': list(values.shape), 'data': [bool(one) for one in values.ravel()]}
    if values.dtype.kind in 'iu':
        return {'dtype': 'int64', 'shape': list(values.shape), 'data': [int(one) for one in values.ravel()]}
    kind = {4: 'float32', 8: 'float64'}[values.dtype.itemsize]
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder('<'))
    return {'dtype': kind, 'shape': list(values.shape), 'base64': base64.b64encode(little.tobytes()).decode('ascii')}


def rows_text(x):
    return [[None if np.isnan(one) else float(one) for one in row] for row in x]


def answers_of_booster(booster, x, case):
    types = ['q', 'q', 'q', 'c', 'c'] if case.categories else None
    extra = {'enable_categorical': True} if types else {}
    if case.frame:
        data = xgb.DMatrix(case.frame(x), enable_categorical=True)
    else:
        data = xgb.DMatrix(x, feature_names=case.names, feature_types=types, **extra)
    limits = {}
    if VERSION < (1, 0) and 'dart' in case.name:
        # Without a limit this version drops trees at random when it predicts, too.
        limits['ntree_limit'] = 1000
    outputs = asked(booster, data, **limits)
    if limits:
        # Contributions left the weights of the trees out, until 1.0.
        del outputs['contribs']
    return outputs


def asked(booster, data, **limits):
    outputs = {
        'predict': booster.predict(data, **limits),
        'margin': booster.predict(data, output_margin=True, **limits),
    }
    for name, option in [('leaf', 'pred_leaf'), ('contribs', 'pred_contribs')]:
        try:
            found = booster.predict(data, **dict(limits, **{option: True}))
        except xgb.core.XGBoostError:
            continue  # gblinear has no leaves, vector leaves had no contributions for long.
        found = found.reshape(len(found), -1)
        outputs[name] = found.astype(int) if name == 'leaf' else found
    return outputs


def answers_of_wrapper(model, x):
    outputs = {'predict': model.predict(x)}
    if hasattr(model, 'predict_proba'):
        outputs['predict_proba'] = model.predict_proba(x)
    if hasattr(model, 'predict') and not hasattr(model, 'steps'):
        outputs['margin'] = model.predict(x, output_margin=True)
    return outputs


def booster_of(model):
    if isinstance(model, xgb.Booster):
        return model
    if hasattr(model, 'steps'):
        return model.steps[-1][1].get_booster()
    return model.get_booster()


class Pack(object):
    def __init__(self):
        self.parts, self.size, self.cases, self.goldens = [], 0, [], {}

    def add(self, case, forms, names, x, outputs):
        files = []
        for form, content, origin in forms:
            entry = {'form': form, 'offset': self.size, 'length': len(content)}
            if origin:
                entry['origin'] = origin
            files.append(entry)
            self.parts.append(content)
            self.size += len(content)
        self.cases.append({
            'case': case.name,
            'class': type(case.model).__name__,
            'features': FEATURES,
            'names': names,
            'files': files,
            'outputs': sorted(outputs),
        })
        self.goldens[case.name] = {'rows': rows_text(x), 'outputs': {key: tensor(value) for key, value in outputs.items()}}

    def write(self):
        folder = os.path.join(here, xgb.__version__)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with open(os.path.join(folder, 'models.bin.gz'), 'wb') as raw:
            with gzip.GzipFile(filename='', mode='wb', compresslevel=9, fileobj=raw, mtime=0) as file:
                file.write(b''.join(self.parts))
        with open(os.path.join(folder, 'goldens.json.gz'), 'wb') as raw:
            with gzip.GzipFile(filename='', mode='wb', compresslevel=9, fileobj=raw, mtime=0) as file:
                file.write(json.dumps(self.goldens, sort_keys=True, separators=(',', ':')).encode('ascii'))
        made = {'python': platform.python_version(), 'xgboost': xgb.__version__, 'numpy': np.__version__}
        with open(os.path.join(folder, 'manifest.json'), 'w') as file:
            json.dump({'madeBy': made, 'cases': self.cases}, file, indent=1, sort_keys=True)
            file.write('\n')


def chosen(forms, at, wanted):
    """All forms, or two of them, in turn."""
    if wanted == 'all':
        return forms
    return [forms[(at + step) % len(forms)] for step in range(min(2, len(forms)))]


def bounded(case, x):
    """A linear model's answer to a large value would hide what is wrong with the others."""
    return np.clip(x, -1000, 1000) if 'linear' in case.name else x


def main():
    os.makedirs(scratch, exist_ok=True)
    pack = Pack()
    try:
        for at, case in enumerate(native()):
            x = bounded(case, rows_for(case.model, case.seed, case.names or [], case.categories))
            if case.frame:
                x = known_codes(x)
            forms = chosen(native_forms(case.model), at, case.forms)
            pack.add(case, forms, case.names, x, answers_of_booster(case.model, x, case))
        for at, case in enumerate(wrappers()):
            x = bounded(case, rows_for(booster_of(case.model), case.seed, [], case.categories))
            if case.rows == 'filled':
                x = np.where(np.isnan(x), -999.0, x)
            if case.rows == 'full':
                x = np.clip(np.nan_to_num(x), -100, 100)
            pack.add(case, chosen(python_forms(case.model), at, case.forms), None, x, answers_of_wrapper(case.model, x))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    pack.write()


main()
