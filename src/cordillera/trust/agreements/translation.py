"""Cedar policies as Python: what Cedar parsed, translated node by node, for decisions in microseconds.

Cedar spends most of its time on reading a request. The translation starts from the syntax tree that Cedar
itself made of the policy text (its JSON policy format), knows the few operators that `cedar.py` writes, and
refuses every other node, so a policy that it does not understand whole keeps the agreement from compiling.
It knows nothing of agreements and rules. A denial rests on it; an allowed request is put to Cedar itself as
well, see `engine.py` and docs/adr/0022.

The tree becomes a syntax tree of Python, never text: no value of an agreement can turn into code.

>>> judge = translate('permit (principal, action, resource);'
...                   'forbid (principal, action, resource) unless { context.day > 3 };')
>>> from types import SimpleNamespace as Request
>>> judge(Request(action="a", service="s", day=3)), judge(Request(action="a", service="s", day=4))
((True, (1,)), (True, ()))
"""

import ast
import json
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import cedarpy

from cordillera.trust.agreements.errors import AgreementDoesNotCompile

Judgement = tuple[bool, tuple[int, ...]]
"""Whether any permit applies, and the places of the policies that forbid."""
_Node = dict[str, Any]

_ANYTHING: Final = {"principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"}}
_VARIABLES: Final = {"action": "action", "resource": "service"}
_ENTITIES: Final = {"action": "Action", "resource": "Service"}
_JOINED: Final[dict[str, ast.boolop]] = {"&&": ast.And(), "||": ast.Or()}
_COMPARED: Final[dict[str, ast.cmpop]] = {
    "==": ast.Eq(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
    "<": ast.Lt(),
    "<=": ast.LtE(),
}


def translate(text: str) -> Callable[[Any], Judgement]:
    """Return the policies as a function of a request; raise `AgreementDoesNotCompile` for unknown nodes.

    The request has `action` and `service` (the resource's id) and the attributes of the context.
    """
    parsed = json.loads(cedarpy.policies_to_json_str(text))
    policies = parsed["staticPolicies"]
    if parsed.get("templates") or parsed.get("templateLinks"):
        raise _unknown("template")
    names = [f"policy{place}" for place in range(len(policies))]
    if sorted(names) != sorted(policies):
        raise _unknown("policy ids")
    return _function([_policy(policies[name]) for name in names])


def _policy(policy: _Node) -> tuple[str, ast.expr]:
    """Return the effect of a policy and the condition under which it applies."""
    if any(policy.get(scope) != anything for scope, anything in _ANYTHING.items()):
        raise _unknown("scope")
    applies: list[ast.expr] = [ast.Constant(True)]
    for condition in policy["conditions"]:
        body = _expression(condition["body"])
        if condition["kind"] not in {"when", "unless"}:
            raise _unknown(condition["kind"])
        applies.append(body if condition["kind"] == "when" else ast.UnaryOp(ast.Not(), body))
    if policy["effect"] not in {"permit", "forbid"}:
        raise _unknown(policy["effect"])
    return policy["effect"], ast.BoolOp(ast.And(), applies) if len(applies) > 1 else applies[0]


def _expression(node: _Node) -> ast.expr:  # noqa: PLR0911 - one case per kind of node
    match node:
        case {"Value": bool() | int() | str() as value, **rest} if not rest:
            return ast.Constant(value)
        case {".": {"left": {"Var": "context"}, "attr": str(name)}, **rest} if not rest:
            return ast.Name(f"context_{name}", ast.Load())
        case {"!": {"arg": argument}, **rest} if not rest:
            return ast.UnaryOp(ast.Not(), _expression(argument))
        case {"isEmpty": {"arg": argument}, **rest} if not rest:
            return ast.UnaryOp(ast.Not(), _expression(argument))
        case {"==": {"left": {"Var": str(variable)}, "right": right}, **rest} if not rest:
            return _compare(_variable(variable), ast.Eq(), ast.Constant(_entity(variable, right)))
        case {"in": {"left": {"Var": str(variable)}, "right": {"Set": members}}, **rest} if not rest:
            listed = _constant_set(_entity(variable, member) for member in members)
            return _compare(_variable(variable), ast.In(), listed)
    return _binary(node)


def _binary(node: _Node) -> ast.expr:
    """Translate the operators on two expressions."""
    if len(node) != 1:
        raise _unknown(", ".join(node))
    ((operator, operands),) = node.items()
    if operator in _JOINED:
        return ast.BoolOp(_JOINED[operator], [_expression(operands["left"]), _expression(operands["right"])])
    if operator in _COMPARED:
        return _compare(_expression(operands["left"]), _COMPARED[operator], _expression(operands["right"]))
    if operator == "contains":
        return _compare(_expression(operands["right"]), ast.In(), _collection(operands["left"]))
    if operator == "containsAll":
        return _call(_literals(operands["left"]), "issuperset", operands["right"])
    if operator == "containsAny":
        disjoint = _call(_literals(operands["left"]), "isdisjoint", operands["right"])
        return ast.UnaryOp(ast.Not(), disjoint)
    raise _unknown(operator)


def _compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [operator], [right])


def _call(literals: ast.expr, method: str, argument: _Node) -> ast.expr:
    return ast.Call(ast.Attribute(literals, method, ast.Load()), [_expression(argument)], [])


def _collection(node: _Node) -> ast.expr:
    return _literals(node) if "Set" in node else _expression(node)


def _literals(node: _Node) -> ast.expr:
    """Return a set of literals as a constant."""
    members = node.get("Set")
    if not isinstance(members, list) or len(node) != 1:
        raise _unknown("set")
    values = [member.get("Value") if len(member) == 1 else None for member in members]
    if not all(type(value) in {str, int} for value in values):
        raise _unknown("member of a set")
    return _constant_set(values)


def _constant_set(values: Iterable[object]) -> ast.expr:
    """Return a set as one constant, which the compiler takes although its type does not say so."""
    return ast.Constant(cast("Any", frozenset(values)))


def _variable(name: str) -> ast.expr:
    if name not in _VARIABLES:
        raise _unknown(name)
    return ast.Name(_VARIABLES[name], ast.Load())


def _entity(variable: str, node: _Node) -> str:
    """Return the id of an entity of the kind that `variable` holds."""
    match node:
        case {"Value": {"__entity": {"type": kind, "id": str(name)}}} if kind == _ENTITIES.get(variable):
            return name
    raise _unknown("entity")


def _function(policies: list[tuple[str, ast.expr]]) -> Callable[[Any], Judgement]:
    """Return a function that tries every policy: `(is permitted, (places that forbid, ...))`."""
    permits = [condition for effect, condition in policies if effect == "permit"]
    forbids = [(place, condition) for place, (effect, condition) in enumerate(policies) if effect == "forbid"]
    module = ast.parse("def judge(request):\n    broken = []\n")
    (function,) = (node for node in module.body if isinstance(node, ast.FunctionDef))
    found: ast.expr = ast.BoolOp(ast.Or(), [ast.Constant(False), *permits])
    leave = ast.Return(ast.Tuple([found, ast.parse("tuple(broken)", mode="eval").body], ast.Load()))
    named = {node.id for _, tree in policies for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names = sorted(named)
    reads = [ast.parse(f"{name} = request.{name.removeprefix('context_')}").body[0] for name in names]
    tries = [ast.If(condition, [_append(place)], []) for place, condition in forbids]
    function.body = [*reads, function.body[0], *tries, leave]
    space: dict[str, Any] = {"__builtins__": {"tuple": tuple}}
    code = compile(ast.fix_missing_locations(module), "<policies>", "exec")
    exec(code, space)  # noqa: S102 - a tree made above from operators and constants only
    judge: Callable[[Any], Judgement] = space["judge"]
    return judge


def _append(place: int) -> ast.stmt:
    append = ast.Attribute(ast.Name("broken", ast.Load()), "append", ast.Load())
    return ast.Expr(ast.Call(append, [ast.Constant(place)], []))


def _unknown(what: str) -> AgreementDoesNotCompile:
    return AgreementDoesNotCompile(errors=(f"translation: {what}",))
