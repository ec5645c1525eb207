using System.Collections.Frozen;
using Weft.Observability.Metrics.PromQL.Functions;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>All functions by name. A new one is a row in one of these tables.</summary>
internal static class PromQLFunctions
{
    private static readonly FrozenDictionary<string, PromQLFunction> Known = new[]
    {
        MathFunctions.All, RateFunctions.All, OverTimeFunctions.All, RegressionFunctions.All, LabelFunctions.All, HistogramFunctions.All, TimeFunctions.All, VectorFunctions.All,
    }.SelectMany(static table => table).ToFrozenDictionary(static function => function.Name);

    public static PromQLFunction? Find(string name) => Known.GetValueOrDefault(name);
}
