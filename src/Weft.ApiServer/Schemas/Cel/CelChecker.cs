using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Finds names, fields and functions that do not exist and operands that do not fit, before anything is evaluated. What it cannot know is dyn.</summary>
internal sealed class CelChecker
{
    private static readonly HashSet<string> Tests = new(StringComparer.Ordinal)
    {
        ".contains", ".startsWith", ".endsWith", "matches", ".matches", "isURL", "isIP", "isCIDR", "isQuantity", "isSemver", ".isSorted", ".hasValue", ".containsIP", ".containsCIDR",
        ".isGreaterThan", ".isLessThan", ".isInteger", ".isLoopback", ".isUnspecified", ".isGlobalUnicast", ".isLinkLocalUnicast", ".isLinkLocalMulticast", "ip.isCanonical",
        "sets.contains", "sets.intersects", "sets.equivalent", "bool",
    };

    private static readonly HashSet<string> Texts = new(StringComparer.Ordinal)
    {
        "string", ".lowerAscii", ".upperAscii", ".trim", ".replace", ".substring", ".charAt", ".join", ".find", ".getScheme", ".getHost", ".getHostname", ".getPort", ".getEscapedPath",
    };

    private static readonly HashSet<string> Numbers = new(StringComparer.Ordinal)
    {
        "size", ".size", "int", ".indexOf", ".lastIndexOf", ".getFullYear", ".getMonth", ".getDate", ".getDayOfMonth", ".getDayOfWeek", ".getDayOfYear", ".getHours", ".getMinutes",
        ".getSeconds", ".getMilliseconds", ".family", ".prefixLength", ".compareTo", ".sign", ".asInteger",
    };

    public CelType Check(CelExpression expression, ImmutableDictionary<string, CelType> scope)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new CelCompileException("expression recursion limit exceeded: 250", 0);
        return expression switch
        {
            CelLiteral literal => OfLiteral(literal.Value),
            CelIdentifier identifier => Identifier(identifier, scope),
            CelSelect select => Select(select, scope),
            CelIndex index => Index(index, scope),
            CelLogical logical => Logical(logical, scope),
            CelConditional conditional => Conditional(conditional, scope),
            CelListLiteral list => CelType.List(Common([.. list.Items.Select(i => Check(i, scope))])),
            CelMapLiteral map => CelType.Map(Common([.. map.Entries.Select(e => Check(e.Key, scope))]), Common([.. map.Entries.Select(e => Check(e.Value, scope))])),
            CelComprehension loop => Loop(loop, scope),
            CelOptionalMap map => OptionalMap(map, scope),
            CelCall call => Call(call, scope),
            _ => CelType.Dyn,
        };
    }

    private static CelType OfLiteral(object? value) => value switch
    {
        bool => CelType.Bool,
        long => CelType.Int,
        ulong => CelType.Uint,
        double => CelType.Double,
        string => CelType.String,
        byte[] => CelType.Bytes,
        _ => CelType.Null,
    };

    private static CelType Common(CelType[] types) => types.Length > 0 && types.All(t => t == types[0]) ? types[0] : CelType.Dyn;

    private static CelType Identifier(CelIdentifier identifier, ImmutableDictionary<string, CelType> scope) =>
        scope.GetValueOrDefault(identifier.Name) ?? (CelFunctions.Types.Contains(identifier.Name) ? new CelType("type") : throw Undeclared(identifier.Name, identifier.Position));

    private static CelCompileException Undeclared(string name, int position) => new($"undeclared reference to '{name}' (in container '')", position);

    private CelType Select(CelSelect select, ImmutableDictionary<string, CelType> scope)
    {
        var operand = Check(select.Operand, scope);
        var inside = operand.Name == "optional_type" ? operand.Element! : operand;
        var field = CelEscapes.Unescape(select.Field);
        var type = inside switch
        {
            { Schema: { } schema } when schema.Fields.TryGetValue(field, out var known) => CelType.Of(known.Node),
            { Schema: not null } => throw new CelCompileException($"undefined field '{select.Field}'", select.Position),
            { IsMap: true } => inside.Element!,
            { IsDyn: true } => CelType.Dyn,
            _ => throw new CelCompileException($"type '{inside}' does not support field selection", select.Position),
        };
        if (select.Test) return CelType.Bool;
        return select.Optional || operand != inside ? CelType.Optional(type) : type;
    }

    private CelType Index(CelIndex index, ImmutableDictionary<string, CelType> scope)
    {
        var operand = Check(index.Operand, scope);
        var key = Check(index.Index, scope);
        var inside = operand.Name == "optional_type" ? operand.Element! : operand;
        if (!inside.IsDyn && !inside.IsList && !inside.IsMap) throw Overload(index.Optional ? "_[?_]" : "_[_]", index.Position, operand, key);
        var element = inside.Element ?? CelType.Dyn;
        return index.Optional || operand != inside ? CelType.Optional(element) : element;
    }

    private CelType Logical(CelLogical logical, ImmutableDictionary<string, CelType> scope)
    {
        var (left, right) = (Check(logical.Left, scope), Check(logical.Right, scope));
        return left.Fits(CelType.Bool) && right.Fits(CelType.Bool) ? CelType.Bool : throw Overload(logical.And ? "_&&_" : "_||_", logical.Position, left, right);
    }

    private CelType Conditional(CelConditional conditional, ImmutableDictionary<string, CelType> scope)
    {
        var condition = Check(conditional.Condition, scope);
        var (a, b) = (Check(conditional.WhenTrue, scope), Check(conditional.WhenFalse, scope));
        if (!condition.Fits(CelType.Bool) || !a.Fits(b)) throw Overload("_?_:_", conditional.Position, condition, a, b);
        return a.IsDyn ? b : a == b ? a : a with { Element = a.Element is null ? null : CelType.Dyn };
    }

    private CelType Loop(CelComprehension loop, ImmutableDictionary<string, CelType> scope)
    {
        var range = Check(loop.Range, scope);
        if (!range.IsDyn && !range.IsList && !range.IsMap) throw new CelCompileException($"expression of type '{range}' cannot be range of a comprehension (must be list, map, or dynamic)", loop.Range.Position);
        var first = range.IsMap ? range.Key! : range.IsList ? loop.Second is null ? range.Element! : CelType.Int : CelType.Dyn;
        var inner = scope.SetItem(loop.Variable, first);
        if (loop.Second is not null) inner = inner.SetItem(loop.Second, range.Element ?? CelType.Dyn);
        if (loop.Predicate is not null && Check(loop.Predicate, inner) is var predicate && !predicate.Fits(CelType.Bool))
            throw new CelCompileException($"expected type 'bool' but found '{predicate}'", loop.Predicate.Position);
        var transform = loop.Transform is null ? CelType.Dyn : Check(loop.Transform, inner);
        return loop.Macro switch
        {
            CelMacro.All or CelMacro.Exists or CelMacro.ExistsOne => CelType.Bool,
            CelMacro.Filter => CelType.List(first),
            CelMacro.TransformMap => CelType.Map(first, transform),
            _ => CelType.List(transform),
        };
    }

    private CelType OptionalMap(CelOptionalMap map, ImmutableDictionary<string, CelType> scope)
    {
        var operand = Check(map.Operand, scope);
        var inner = Check(map.Transform, scope.SetItem(map.Variable, operand.Name == "optional_type" ? operand.Element! : CelType.Dyn));
        return map.Flat ? inner : CelType.Optional(inner);
    }

    private CelType Call(CelCall call, ImmutableDictionary<string, CelType> scope)
    {
        if (call.Target is CelIdentifier space && !scope.ContainsKey(space.Name) && CelFunctions.Find($"{space.Name}.{call.Function}") is not null)
        {
            foreach (var argument in call.Arguments) Check(argument, scope);
            return Result($"{space.Name}.{call.Function}", []);
        }

        var types = new List<CelType>();
        if (call.Target is not null) types.Add(Check(call.Target, scope));
        types.AddRange(call.Arguments.Select(a => Check(a, scope)));
        var name = call.Target is null ? call.Function : "." + call.Function;
        if (CelFunctions.Find(name) is null) throw Undeclared(call.Function, call.Position);
        return name[0] is '_' or '@' or '!' or '-' ? Operator(call, [.. types]) : Result(name, types);
    }

    private static CelType Operator(CelCall call, CelType[] types)
    {
        var (left, right) = (types[0], types[^1]);
        switch (call.Function)
        {
            case "!_":
                return left.Fits(CelType.Bool) ? CelType.Bool : throw Overload("!_", call.Position, types);
            case "-_":
                return left.IsDyn || left.IsNumber || left == CelType.Duration ? left : throw Overload("-_", call.Position, types);
            case "_==_" or "_!=_":
                return left.Fits(right) || (left.IsNumber && right.IsNumber) ? CelType.Bool : throw Overload(call.Function, call.Position, types);
            case "@in":
                return right.IsDyn || right.IsList || right.IsMap ? CelType.Bool : throw Overload("@in", call.Position, types);
            case "_<_" or "_<=_" or "_>_" or "_>=_":
                var ordered = (left.IsNumber && right.IsNumber) || (left.Fits(right) && !left.IsList && !left.IsMap && left.Schema is null);
                return ordered ? CelType.Bool : throw Overload(call.Function, call.Position, types);
            default:
                return Sum(call, left, right, types);
        }
    }

    private static CelType Sum(CelCall call, CelType left, CelType right, CelType[] types)
    {
        if (left.IsDyn || right.IsDyn) return left.IsDyn ? right.IsNumber ? right : CelType.Dyn : left;
        if (left == CelType.Timestamp && right == CelType.Timestamp && call.Function == "_-_") return CelType.Duration;
        if ((left == CelType.Timestamp && right == CelType.Duration) || (left == CelType.Duration && right == CelType.Timestamp)) return CelType.Timestamp;
        var fits = call.Function switch
        {
            "_+_" => left.Fits(right) && (left.IsNumber || left.IsList || left == CelType.String || left == CelType.Bytes || left == CelType.Duration),
            "_-_" => left.Fits(right) && (left.IsNumber || left == CelType.Duration),
            "_%_" => left.Fits(right) && left.Name is "int" or "uint",
            _ => left.Fits(right) && left.IsNumber,
        };
        return fits ? left : throw Overload(call.Function, call.Position, types);
    }

    private static CelType Result(string name, List<CelType> types)
    {
        if (Tests.Contains(name)) return CelType.Bool;
        if (Texts.Contains(name)) return CelType.String;
        if (Numbers.Contains(name)) return CelType.Int;
        return name switch
        {
            "duration" => CelType.Duration,
            "timestamp" => CelType.Timestamp,
            "double" or ".asApproximateFloat" => CelType.Double,
            "uint" => CelType.Uint,
            ".split" or ".findAll" => CelType.List(CelType.String),
            ".orValue" when types[0] is { Name: "optional_type", Element: { } inner } => inner,
            ".value" when types[0] is { Name: "optional_type", Element: { } inner } => inner,
            _ => CelType.Dyn,
        };
    }

    private static CelCompileException Overload(string function, int position, params CelType[] types) =>
        new($"found no matching overload for '{function}' applied to '({string.Join(", ", types.AsEnumerable())})'", position);
}
