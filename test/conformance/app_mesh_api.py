"""Checks App Mesh objects against the App Mesh API's own model, as botocore carries it.

In: folders of JSON files, one Kubernetes object each; a folder is one cluster. Out: one line for each complaint; exit code 1 if any.
The objects become the calls that the App Mesh controller would make: references become names in AWS, ARN keys are spelled as
the API spells them. botocore's own validator sees unknown and missing parameters and types; lengths, ranges, patterns, enums and
unions of the model are checked here.
"""
import json
import pathlib
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

API_VERSION = "appmesh.k8s.aws/v1beta2"
RENAMED = {
    "certificateARN": "certificateArn",
    "certificateAuthorityARNs": "certificateAuthorityArns",
}
# key of a reference -> (kind it leads to, key of the API, ARN key of the same choice)
REFERENCES = {
    "virtualServiceRef": ("VirtualService", "virtualServiceName"),
    "virtualNodeRef": ("VirtualNode", "virtualNodeName"),
    "virtualRouterRef": ("VirtualRouter", "virtualRouterName"),
}
ARNS = {"virtualServiceARN": "virtualServiceName", "virtualNodeARN": "virtualNodeName", "virtualRouterARN": "virtualRouterName"}
# fields of a spec that only the controller reads
CONTROLLER_ONLY = {"awsName", "podSelector", "namespaceSelector", "gatewayRouteSelector", "meshOwner", "backendGroups"}
OPERATIONS = {
    "Mesh": ("CreateMesh", "meshName"),
    "VirtualNode": ("CreateVirtualNode", "virtualNodeName"),
    "VirtualService": ("CreateVirtualService", "virtualServiceName"),
    "VirtualRouter": ("CreateVirtualRouter", "virtualRouterName"),
    "VirtualGateway": ("CreateVirtualGateway", "virtualGatewayName"),
    "GatewayRoute": ("CreateGatewayRoute", "gatewayRouteName"),
}


class Cluster:
    """The App Mesh objects of one folder, and their names in AWS."""

    def __init__(self, objects):
        self.objects = [o for o in objects if o.get("apiVersion") == API_VERSION]
        self.by_key = {(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]): o for o in self.objects}

    def aws_name(self, kind, namespace, name):
        found = self.by_key.get((kind, namespace, name), {"spec": {}})
        explicit = (found.get("spec") or {}).get("awsName")
        if explicit is not None:
            return explicit
        if kind == "Mesh":
            return name
        return f"{name}.{namespace}" if kind == "VirtualService" else f"{name}_{namespace}"

    def named(self, kind):
        """The one object of a kind that members belong to; its name does not matter to the model."""
        names = [self.aws_name(*key) for key in self.by_key if key[0] == kind]
        return names[0] if names else "unknown"

    def calls(self, obj):
        """The API calls that create an object, as (operation, parameters)."""
        kind, namespace, name = obj["kind"], obj["metadata"].get("namespace"), obj["metadata"]["name"]
        if kind not in OPERATIONS:
            return []
        operation, name_key = OPERATIONS[kind]
        own = self.aws_name(kind, namespace, name)
        raw = obj.get("spec") or {}
        spec = {key: self.convert(value, namespace) for key, value in raw.items() if key not in CONTROLLER_ONLY}
        if kind == "Mesh":
            discovery = spec.pop("meshServiceDiscovery", None)
            return [(operation, {name_key: own, "spec": spec if discovery is None else {**spec, "serviceDiscovery": discovery}})]
        call = {"meshName": self.named("Mesh"), name_key: own, "spec": spec}
        if kind == "GatewayRoute":
            call["virtualGatewayName"] = self.named("VirtualGateway")
        routes = spec.pop("routes", []) if kind == "VirtualRouter" else []
        return [(operation, call)] + [
            ("CreateRoute", {
                "meshName": call["meshName"], name_key: own, "routeName": route.get("name"),
                "spec": {key: value for key, value in route.items() if key != "name"},
            })
            for route in routes
        ]

    def convert(self, value, namespace):
        if isinstance(value, list):
            return [self.convert(entry, namespace) for entry in value]
        if not isinstance(value, dict):
            return value
        converted = {}
        for key, entry in value.items():
            if key in REFERENCES:
                kind, api_key = REFERENCES[key]
                name = self.aws_name(kind, entry.get("namespace", namespace), entry["name"])
                converted[self.target_key(api_key, value)] = name
            elif key in ARNS:
                converted[self.target_key(ARNS[key], value)] = entry.rsplit("/", 1)[-1]
            else:
                converted[RENAMED.get(key, key)] = self.convert(entry, namespace)
        return converted

    @staticmethod
    def target_key(api_key, holder):
        """A weighted target names its node plainly."""
        return "virtualNode" if "weight" in holder else api_key


def bounds(value, shape, at):
    """What the model says of lengths, ranges, patterns, enums and unions; botocore's validator leaves most of it to the service."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    size = value if isinstance(value, (int, float)) else len(value)
    if low is not None and size < low:
        yield f"{at}: {size} is below {low}"
    if high is not None and size > high:
        yield f"{at}: {size} is above {high}"
    if shape.type_name == "string":
        if shape.enum and value not in shape.enum:
            yield f"{at}: {value!r} is none of {', '.join(shape.enum)}"
        pattern = shape.metadata.get("pattern")
        if pattern is not None and re.fullmatch(pattern, value) is None:
            yield f"{at}: {value!r} does not match {pattern}"
    elif shape.type_name == "structure":
        if getattr(shape, "is_tagged_union", False) and len(value) != 1:
            yield f"{at}: {len(value)} members of a union ({', '.join(value) or 'none'})"
        for key, entry in value.items():
            if key in shape.members:
                yield from bounds(entry, shape.members[key], f"{at}.{key}")
    elif shape.type_name == "list":
        for index, entry in enumerate(value):
            yield from bounds(entry, shape.member, f"{at}[{index}]")


def complaints(model, cluster):
    for obj in cluster.objects:
        for operation, parameters in cluster.calls(obj):
            shape = model.operation_model(operation).input_shape
            label = f"{obj['kind']} {obj['metadata'].get('namespace', '')}/{obj['metadata']['name']} {operation}"
            report = ParamValidator().validate(parameters, shape)
            if report.has_errors():
                # wrong types would break the walk over the bounds
                yield from (f"{label} {line}" for line in report.generate_report().splitlines())
            else:
                yield from (f"{label} {line}" for line in bounds(parameters, shape, ""))


def main(folders):
    model = botocore.session.get_session().get_service_model("appmesh")
    count, found = 0, []
    for folder in folders:
        cluster = Cluster([json.loads(path.read_text()) for path in sorted(pathlib.Path(folder).rglob("*.json"))])
        count += sum(len(cluster.calls(obj)) for obj in cluster.objects)
        found += [f"{pathlib.Path(folder).name}: {line}" for line in complaints(model, cluster)]
    for line in found:
        print(line)
    print(f"{count} calls, {len(found)} complaints", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
