"""Writes a torch module as ONNX whose weights keep their torch names and lie in float16 or int8, and reads them back."""

import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

TRANSPOSED = '.transposed'
SCALE = '.scale'


def export(module, inputs, input_names, output_names, dynamic_axes, path, int8=False):
    """With `int8`, large convolutions take a byte a weight and a scale per output channel."""
    path.parent.mkdir(parents=True, exist_ok=True)
    module = module.float().eval()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter('ignore')
        torch.onnx.export(
            module,
            inputs,
            str(path),
            input_names=input_names,
            output_names=output_names,
            dynamic_axes=dynamic_axes,
            opset_version=17,
            dynamo=False,
        )
    graph = onnx.load(path)
    _restore_names(graph.graph, module.state_dict())
    if int8:
        _quarter(graph.graph)
    _halve(graph.graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def weights(path):
    """The float weights of a file written by `export`, under their torch names."""
    found = {}
    stored = {i.name: numpy_helper.to_array(i) for i in onnx.load(path).graph.initializer}
    for name, value in stored.items():
        if name + SCALE in stored:
            value = value * stored[name + SCALE].reshape(-1, 1, 1, 1)
        if value.dtype.kind != 'f' or name.endswith(SCALE):
            continue
        if name.endswith(TRANSPOSED):
            name, value = name[: -len(TRANSPOSED)], value.T
        elif value.ndim == 3:
            value = value.reshape(-1)
        found[name] = torch.from_numpy(value.astype(np.float32))
    return found


def _restore_names(graph, state):
    """The exporter transposes weights of linear layers, shapes those of group norms [C,1,1], and forgets their names."""
    known = {}
    for name, value in state.items():
        array = value.numpy()
        known[(array.shape, array.tobytes())] = name
        if array.ndim == 1:
            known[((len(array), 1, 1), array.tobytes())] = name
        if array.ndim == 2:
            known.setdefault((array.T.shape, array.T.tobytes()), name + TRANSPOSED)
    taken = {initializer.name for initializer in graph.initializer}
    for initializer in graph.initializer:
        array = numpy_helper.to_array(initializer)
        name = known.get((array.shape, array.tobytes()))
        if name is None or name in taken or initializer.name in state:
            continue
        taken.add(name)
        for node in graph.node:
            for place, used in enumerate(node.input):
                if used == initializer.name:
                    node.input[place] = name
        initializer.name = name


def _halve(graph):
    """Large float32 weights become float16 behind a Cast, which runtimes fold away when they load the file."""
    for initializer in list(graph.initializer):
        if initializer.data_type != TensorProto.FLOAT or np.prod(initializer.dims) < 512:
            continue
        name = initializer.name
        initializer.CopyFrom(
            numpy_helper.from_array(numpy_helper.to_array(initializer).astype(np.float16), name)
        )
        _read_through(graph, name, 'Cast', [name], to=TensorProto.FLOAT)


def _quarter(graph):
    for initializer in list(graph.initializer):
        value = numpy_helper.to_array(initializer)
        if value.ndim != 4 or value.size < 4096:
            continue
        name, scale = initializer.name, np.abs(value).max((1, 2, 3)).astype(np.float32) / 127
        packed = np.round(value / scale.reshape(-1, 1, 1, 1)).astype(np.int8)
        initializer.CopyFrom(numpy_helper.from_array(packed, name))
        graph.initializer.append(numpy_helper.from_array(scale, name + SCALE))
        _read_through(graph, name, 'DequantizeLinear', [name, name + SCALE], axis=0)


def _read_through(graph, name, operator, inputs, **attributes):
    for node in graph.node:
        for place, used in enumerate(node.input):
            if used == name:
                node.input[place] = name + '.float32'
    graph.node.insert(0, helper.make_node(operator, inputs, [name + '.float32'], **attributes))
