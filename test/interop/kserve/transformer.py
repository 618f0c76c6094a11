"""A transformer as its user writes one with KServe's SDK: columns by name into rows, classes into their names."""

import argparse

from kserve import Model, ModelServer, model_server

COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
CLASSES = ["setosa", "versicolor", "virginica"]


class Iris(Model):
    def __init__(self, name):
        super().__init__(name)
        self.ready = True

    def preprocess(self, payload, headers=None):
        return {"instances": [[flower[column] for column in COLUMNS] for flower in payload["instances"]]}

    def postprocess(self, result, headers=None):
        return {"predictions": [CLASSES[number] for number in result["predictions"]]}


if __name__ == "__main__":
    args, _ = argparse.ArgumentParser(parents=[model_server.parser]).parse_known_args()
    ModelServer(enable_grpc=False).start([Iris(args.model_name)])
