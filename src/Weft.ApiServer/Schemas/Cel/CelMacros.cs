namespace Weft.ApiServer.Schemas.Cel;

/// <summary>The member macros of CEL, with one or two variables.</summary>
internal static class CelMacros
{
    /// <summary>Null when the call is an ordinary member function.</summary>
    public static CelExpression? Expand(CelExpression target, string name, IReadOnlyList<CelExpression> arguments, int position) => (name, arguments.Count) switch
    {
        ("all", 2) => Over(CelMacro.All, target, arguments[0], null, arguments[1], null, position),
        ("all", 3) => Over(CelMacro.All, target, arguments[0], arguments[1], arguments[2], null, position),
        ("exists", 2) => Over(CelMacro.Exists, target, arguments[0], null, arguments[1], null, position),
        ("exists", 3) => Over(CelMacro.Exists, target, arguments[0], arguments[1], arguments[2], null, position),
        ("exists_one" or "existsOne", 2) => Over(CelMacro.ExistsOne, target, arguments[0], null, arguments[1], null, position),
        ("exists_one" or "existsOne", 3) => Over(CelMacro.ExistsOne, target, arguments[0], arguments[1], arguments[2], null, position),
        ("filter", 2) => Over(CelMacro.Filter, target, arguments[0], null, arguments[1], null, position),
        ("map", 2) => Over(CelMacro.Map, target, arguments[0], null, null, arguments[1], position),
        ("map", 3) => Over(CelMacro.Map, target, arguments[0], null, arguments[1], arguments[2], position),
        ("transformList", 3) => Over(CelMacro.TransformList, target, arguments[0], arguments[1], null, arguments[2], position),
        ("transformList", 4) => Over(CelMacro.TransformList, target, arguments[0], arguments[1], arguments[2], arguments[3], position),
        ("transformMap", 3) => Over(CelMacro.TransformMap, target, arguments[0], arguments[1], null, arguments[2], position),
        ("transformMap", 4) => Over(CelMacro.TransformMap, target, arguments[0], arguments[1], arguments[2], arguments[3], position),
        ("optMap", 2) => new CelOptionalMap(target, Variable(arguments[0]), arguments[1], false, position),
        ("optFlatMap", 2) => new CelOptionalMap(target, Variable(arguments[0]), arguments[1], true, position),
        _ => null,
    };

    private static CelComprehension Over(CelMacro macro, CelExpression range, CelExpression variable, CelExpression? second, CelExpression? predicate, CelExpression? transform, int position) =>
        new(macro, range, Variable(variable), second is null ? null : Variable(second), predicate, transform, position);

    private static string Variable(CelExpression argument) =>
        argument is CelIdentifier identifier ? identifier.Name : throw new CelCompileException("argument must be a simple name", argument.Position);
}
