using System.Text.RegularExpressions;
using static Weft.Observability.Metrics.PromQL.ExpressionType;

namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>Functions that change labels and leave values alone.</summary>
internal static partial class LabelFunctions
{
    public static IEnumerable<PromQLFunction> All { get; } =
    [
        new("label_replace", [Vector, ExpressionType.String, ExpressionType.String, ExpressionType.String, ExpressionType.String], Vector, Replace),
        new("label_join", [Vector, ExpressionType.String, ExpressionType.String, ExpressionType.String], Vector, Join) { OptionalArguments = 1, Unbounded = true },
    ];

    private static VectorSteps Replace(Evaluator evaluator, Call call)
    {
        var target = Evaluator.Text(call.Arguments[1]);
        var template = Evaluator.Text(call.Arguments[2]);
        var source = Evaluator.Text(call.Arguments[3]);
        var expression = Evaluator.Text(call.Arguments[4]);
        var pattern = CompilePattern(expression);
        if (!IsLabelName(target))
            throw Failure($"invalid destination label name in label_replace(): {target}");
        return Relabel(evaluator, call, labels =>
            pattern.Expand(labels[source], template) is { } value ? labels.ToBuilder().Set(target, value).Build() : labels);
    }

    private static VectorSteps Join(Evaluator evaluator, Call call)
    {
        var target = Evaluator.Text(call.Arguments[1]);
        var separator = Evaluator.Text(call.Arguments[2]);
        string[] sources = [.. call.Arguments.Skip(3).Select(Evaluator.Text)];
        if (Array.Find(sources, static source => !IsLabelName(source)) is { } wrong)
            throw Failure($"invalid source label name in label_join(): {wrong}");
        if (!IsLabelName(target))
            throw Failure($"invalid destination label name in label_join(): {target}");
        return Relabel(evaluator, call, labels =>
            labels.ToBuilder().Set(target, string.Join(separator, sources.Select(source => labels[source]))).Build());
    }

    private static VectorSteps Relabel(Evaluator evaluator, Call call, Func<LabelSet, LabelSet> change)
    {
        var vector = evaluator.Vector(call.Arguments[0]);
        return new VectorSteps(SeriesMerge.Join(vector.ConvertAll(series => new StepSeries(change(series.Labels), [.. series.Values]))));
    }

    private static Re2Pattern CompilePattern(string expression)
    {
        try
        {
            return Re2Pattern.Compile(expression);
        }
        catch (FormatException)
        {
            throw Failure($"invalid regular expression in label_replace(): {expression}");
        }
    }

    private static bool IsLabelName(string name) => LabelName().IsMatch(name);

    private static PromQLExecutionException Failure(string message) => new(PromQLFailure.Execution, message);

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelName();
}
