using static Weft.Observability.Metrics.PromQL.ExpressionType;

namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>Functions of one value.</summary>
internal static class MathFunctions
{
    public static IEnumerable<PromQLFunction> All { get; } =
    [
        PromQLFunction.OfValue("abs", Math.Abs),
        PromQLFunction.OfValue("ceil", Math.Ceiling),
        PromQLFunction.OfValue("floor", Math.Floor),
        PromQLFunction.OfValue("exp", Math.Exp),
        PromQLFunction.OfValue("sqrt", Math.Sqrt),
        PromQLFunction.OfValue("ln", Math.Log),
        PromQLFunction.OfValue("log2", Math.Log2),
        PromQLFunction.OfValue("log10", Math.Log10),
        PromQLFunction.OfValue("sin", Math.Sin),
        PromQLFunction.OfValue("cos", Math.Cos),
        PromQLFunction.OfValue("tan", Math.Tan),
        PromQLFunction.OfValue("asin", Math.Asin),
        PromQLFunction.OfValue("acos", Math.Acos),
        PromQLFunction.OfValue("atan", Math.Atan),
        PromQLFunction.OfValue("sinh", Math.Sinh),
        PromQLFunction.OfValue("cosh", Math.Cosh),
        PromQLFunction.OfValue("tanh", Math.Tanh),
        PromQLFunction.OfValue("asinh", Math.Asinh),
        PromQLFunction.OfValue("acosh", Math.Acosh),
        PromQLFunction.OfValue("atanh", Math.Atanh),
        PromQLFunction.OfValue("deg", static value => value * 180 / Math.PI),
        PromQLFunction.OfValue("rad", static value => value * Math.PI / 180),
        PromQLFunction.OfValue("sgn", static value => value < 0 ? -1 : value > 0 ? 1 : value),
        new("round", [Vector, Scalar], Vector, Round) { OptionalArguments = 1 },
        new("clamp", [Vector, Scalar, Scalar], Vector, Clamp),
        new("clamp_min", [Vector, Scalar], Vector, ClampMin),
        new("clamp_max", [Vector, Scalar], Vector, ClampMax),
    ];

    private static VectorSteps Round(Evaluator evaluator, Call call)
    {
        var vector = evaluator.Vector(call.Arguments[0]);
        var to = call.Arguments.Length > 1 ? evaluator.Scalar(call.Arguments[1]) : evaluator.Grid.Constant(1);
        return PromQLFunction.MapSteps(evaluator, vector, (value, step) =>
        {
            // Multiplying by the inverse is more exact than dividing by the step.
            var inverse = 1 / to[step];
            return Math.Floor((value * inverse) + 0.5) / inverse;
        });
    }

    private static VectorSteps Clamp(Evaluator evaluator, Call call)
    {
        // In this order: the first argument's error is the one to tell.
        var vector = evaluator.Vector(call.Arguments[0]);
        var low = evaluator.Scalar(call.Arguments[1]);
        var high = evaluator.Scalar(call.Arguments[2]);
        return PromQLFunction.MapSteps(evaluator, vector, (value, step) => high[step] < low[step] ? GoMath.Stale : GoMath.Max(low[step], GoMath.Min(high[step], value)));
    }

    private static VectorSteps ClampMin(Evaluator evaluator, Call call)
    {
        var vector = evaluator.Vector(call.Arguments[0]);
        var low = evaluator.Scalar(call.Arguments[1]);
        return PromQLFunction.MapSteps(evaluator, vector, (value, step) => GoMath.Max(low[step], value));
    }

    private static VectorSteps ClampMax(Evaluator evaluator, Call call)
    {
        var vector = evaluator.Vector(call.Arguments[0]);
        var high = evaluator.Scalar(call.Arguments[1]);
        return PromQLFunction.MapSteps(evaluator, vector, (value, step) => GoMath.Min(high[step], value));
    }
}
