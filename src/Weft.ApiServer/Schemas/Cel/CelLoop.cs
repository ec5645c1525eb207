namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Runs the macros over lists and maps.</summary>
internal sealed class CelLoop(CelEvaluator evaluator, CelBudget budget)
{
    public object? Run(CelComprehension loop, CelScope scope)
    {
        var rounds = Rounds(loop, evaluator.Evaluate(loop.Range, scope), scope);
        return loop.Macro switch
        {
            CelMacro.All => Decides(loop, rounds, false),
            CelMacro.Exists => Decides(loop, rounds, true),
            CelMacro.ExistsOne => rounds.Count(r => Holds(loop, r.Scope)) == 1,
            CelMacro.Filter => new CelList([.. rounds.Where(r => Holds(loop, r.Scope)).Select(r => r.Item)]),
            CelMacro.TransformMap => new CelMap(rounds.Where(r => Holds(loop, r.Scope)).ToDictionary(r => CelOperators.Key(r.Key!), r => evaluator.Evaluate(loop.Transform!, r.Scope))),
            _ => new CelList([.. rounds.Where(r => Holds(loop, r.Scope)).Select(r => evaluator.Evaluate(loop.Transform!, r.Scope))]),
        };
    }

    private IEnumerable<(CelScope Scope, object? Item, object? Key)> Rounds(CelComprehension loop, object? range, CelScope scope)
    {
        switch (range)
        {
            case CelList list:
                for (var i = 0; i < list.Count; i++)
                {
                    budget.Spend(1);
                    yield return (Inner(loop, (long)i, list.Items[i], list.Items[i], scope), list.Items[i], (long)i);
                }

                break;
            case CelMap map:
                foreach (var key in map.Keys.ToArray())
                {
                    budget.Spend(1);
                    map.TryGet(key, out var value);
                    yield return (Inner(loop, key, value, key, scope), key, key);
                }

                break;
            default:
                throw CelException.NoOverload();
        }
    }

    private static CelScope Inner(CelComprehension loop, object? first, object? second, object? alone, CelScope scope) => loop.Second is null
        ? new CelScope(loop.Variable, alone, scope)
        : new CelScope(loop.Second, second, new CelScope(loop.Variable, first, scope));

    private bool Holds(CelComprehension loop, CelScope scope) => loop.Predicate is null || CelEvaluator.Truth(evaluator.Evaluate(loop.Predicate, scope));

    /// <summary>Ends at the first item that decides; an error counts only when no item does.</summary>
    private bool Decides(CelComprehension loop, IEnumerable<(CelScope Scope, object? Item, object? Key)> rounds, bool deciding)
    {
        CelException? error = null;
        foreach (var (scope, _, _) in rounds)
        {
            try
            {
                if (Holds(loop, scope) == deciding) return deciding;
            }
            catch (CelException exception) when (!budget.IsSpent)
            {
                error ??= exception;
            }
        }

        return error is null ? !deciding : throw error;
    }
}
