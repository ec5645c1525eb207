using System.Runtime.CompilerServices;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>The variables of an evaluation, innermost first.</summary>
internal sealed record CelScope(string Name, object? Value, CelScope? Outer)
{
    public bool TryFind(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Name != name) continue;
            value = scope.Value;
            return true;
        }

        value = null;
        return false;
    }
}

/// <summary>What an evaluation may still cost; one unit is about one operation. Throws in Kubernetes' words when it is spent.</summary>
internal sealed class CelBudget(long limit)
{
    private long _left = limit;

    public bool IsSpent => _left < 0;

    public void Spend(long cost)
    {
        _left -= cost;
        if (_left < 0) throw new CelException("operation cancelled: actual cost limit exceeded");
    }
}

/// <summary>Evaluates an expression. Errors of evaluation are <see cref="CelException"/>s, whatever the values are.</summary>
internal sealed class CelEvaluator(CelBudget budget)
{
    public object? Evaluate(CelExpression expression, CelScope scope)
    {
        budget.Spend(1);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new CelException("evaluation is nested too deeply");
        return expression switch
        {
            CelLiteral literal => literal.Value,
            CelIdentifier identifier => Variable(identifier, scope),
            CelSelect select => Select(select, scope),
            CelIndex index => Index(index, scope),
            CelLogical logical => Logical(logical, scope),
            CelConditional conditional => Evaluate(Truth(Evaluate(conditional.Condition, scope)) ? conditional.WhenTrue : conditional.WhenFalse, scope),
            CelListLiteral list => new CelList([.. list.Items.Select(i => Evaluate(i, scope))]),
            CelMapLiteral map => Map(map, scope),
            CelComprehension comprehension => new CelLoop(this, budget).Run(comprehension, scope),
            CelOptionalMap map => OptionalMap(map, scope),
            CelCall call => Call(call, scope),
            _ => throw new CelException("unsupported expression"),
        };
    }

    public static bool Truth(object? value) => value is bool truth ? truth : throw CelException.NoOverload();

    private static object? Variable(CelIdentifier identifier, CelScope scope)
    {
        if (scope.TryFind(identifier.Name, out var value)) return value;
        return CelFunctions.Types.Contains(identifier.Name) ? new CelTypeName(identifier.Name) : throw new CelException($"no such attribute(s): {identifier.Name}");
    }

    private object? Select(CelSelect select, CelScope scope)
    {
        var operand = Evaluate(select.Operand, scope);
        var field = CelEscapes.Unescape(select.Field);
        var optional = select.Optional || operand is CelOptional;
        if (operand is CelOptional wrapped) operand = wrapped.HasValue ? wrapped.Value : null;
        if (optional && operand is null) return select.Test ? false : CelOptional.None;
        if (operand is not CelMap map) throw CelException.NoOverload();
        var found = map.TryGet(field, out var value);
        if (select.Test) return found;
        if (optional) return found ? new CelOptional(true, value) : CelOptional.None;
        return found ? value : throw new CelException($"no such key: {field}");
    }

    private object? Index(CelIndex index, CelScope scope)
    {
        var operand = Evaluate(index.Operand, scope);
        var key = Evaluate(index.Index, scope);
        var optional = index.Optional || operand is CelOptional;
        if (operand is CelOptional wrapped)
        {
            if (!wrapped.HasValue) return wrapped;
            operand = wrapped.Value;
        }

        var found = operand switch
        {
            CelMap map => map.TryGet(key, out var value) ? new CelOptional(true, value) : CelOptional.None,
            CelList list when key is not null && CelOperators.Key(key) is long at => at >= 0 && at < list.Count ? new CelOptional(true, list.Items[(int)at]) : CelOptional.None,
            _ => throw CelException.NoOverload(),
        };
        if (optional) return found;
        return found.HasValue ? found.Value : throw new CelException(operand is CelMap ? $"no such key: {CelFunctions.Text(key)}" : $"index out of bounds: {CelFunctions.Text(key)}");
    }

    private bool Logical(CelLogical logical, CelScope scope)
    {
        CelException? error = null;
        foreach (var side in new[] { logical.Left, logical.Right })
        {
            try
            {
                if (Truth(Evaluate(side, scope)) != logical.And) return !logical.And;
            }
            catch (CelException exception) when (!budget.IsSpent)
            {
                error ??= exception;
            }
        }

        return error is null ? logical.And : throw error;
    }

    private CelMap Map(CelMapLiteral map, CelScope scope)
    {
        var entries = new Dictionary<object, object?>();
        foreach (var (key, value) in map.Entries)
        {
            if (Evaluate(key, scope) is not { } name || !entries.TryAdd(CelOperators.Key(name), Evaluate(value, scope))) throw new CelException("Failed with repeated key");
        }

        return new CelMap(entries);
    }

    private object? OptionalMap(CelOptionalMap map, CelScope scope)
    {
        if (Evaluate(map.Operand, scope) is not CelOptional optional) throw CelException.NoOverload();
        if (!optional.HasValue) return optional;
        var value = Evaluate(map.Transform, new CelScope(map.Variable, optional.Value, scope));
        return map.Flat ? value : new CelOptional(true, value);
    }

    private object? Call(CelCall call, CelScope scope)
    {
        if (call.Target is CelIdentifier space && !scope.TryFind(space.Name, out _) && CelFunctions.Find($"{space.Name}.{call.Function}") is { } qualified)
            return Run(qualified, [.. call.Arguments.Select(a => Evaluate(a, scope))]);
        var arguments = new List<object?>();
        if (call.Target is not null) arguments.Add(Evaluate(call.Target, scope));
        arguments.AddRange(call.Arguments.Select(a => Evaluate(a, scope)));
        var function = CelFunctions.Find(call.Target is null ? call.Function : "." + call.Function) ?? throw CelException.NoOverload();
        return Run(function, [.. arguments]);
    }

    private object? Run(CelFunction function, object?[] arguments)
    {
        foreach (var argument in arguments) budget.Spend(argument switch { string text => 1 + (text.Length / 10), CelList list => 1 + (list.Count / 10), _ => 1 });
        return function(arguments);
    }
}
