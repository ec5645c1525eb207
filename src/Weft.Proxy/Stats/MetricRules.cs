using System.Collections.Immutable;
using Istio.Stats;
using Weft.Proxy.Expressions;
using Weft.Proxy.Formatting;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Stats;

/// <summary>
/// The metrics overrides of istio.stats (PluginConfig.metrics), compiled: labels that are set by an expression or removed, and metrics that are dropped.
/// Rules count in their order, those without a name for every metric.
/// </summary>
internal sealed class MetricRules
{
    private const string Unknown = "unknown";

    private readonly ImmutableArray<MetricRule> _rules;
    private readonly ImmutableArray<CelExpression?> _expressions;

    private MetricRules(ImmutableArray<MetricRule> rules, ImmutableArray<CelExpression?> expressions) => (_rules, _expressions) = (rules, expressions);

    /// <returns>Null when nothing is overridden.</returns>
    public static MetricRules? Compile(IReadOnlyCollection<MetricConfig> configs)
    {
        var rules = ImmutableArray.CreateBuilder<MetricRule>();
        var expressions = ImmutableArray.CreateBuilder<CelExpression?>();
        foreach (var config in configs)
        {
            var labels = ImmutableArray.CreateBuilder<(string, int)>();
            foreach (var (label, expression) in config.Dimensions.OrderBy(dimension => dimension.Key, StringComparer.Ordinal))
            {
                labels.Add((label, expressions.Count));
                expressions.Add(TryCompile(expression));
            }

            rules.Add(new MetricRule(config.Name, labels.ToImmutable(), [.. config.TagsToRemove], config.Drop));
        }

        return rules.Count == 0 ? null : new MetricRules(rules.ToImmutable(), expressions.ToImmutable());
    }

    /// <summary>What the expressions say of one request or connection; in the order that <see cref="Apply"/> knows.</summary>
    public string[] Values(IStreamInfo stream)
    {
        var values = new string[_expressions.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = _expressions[index]?.Text(stream) ?? Unknown;
        }

        return values;
    }

    /// <summary>The labels of one metric.</summary>
    /// <param name="metric">Without the prefix <c>istio_</c>.</param>
    /// <returns>Null when the metric is dropped.</returns>
    public IReadOnlyList<(string Name, string Value)>? Apply(string metric, IReadOnlyList<(string Name, string Value)> standard, string[] values)
    {
        var labels = new List<(string Name, string Value)>(standard);
        foreach (var rule in _rules.Where(rule => rule.Metric.Length == 0 || rule.Metric == metric))
        {
            if (rule.IsDropped)
            {
                return null;
            }

            labels.RemoveAll(label => rule.Removed.Contains(label.Name));
            foreach (var (name, index) in rule.Labels)
            {
                var position = labels.FindIndex(label => label.Name == name);
                if (position < 0)
                {
                    labels.Add((name, values[index]));
                }
                else
                {
                    labels[position] = (name, values[index]);
                }
            }
        }

        return labels;
    }

    // As istio.stats: an expression that cannot be judged makes the label unknown, and harms nothing else.
    private static CelExpression? TryCompile(string expression)
    {
        try
        {
            return CelExpression.Compile(expression);
        }
        catch (ResourceRejectedException)
        {
            return null;
        }
    }

    private sealed record MetricRule(string Metric, ImmutableArray<(string Name, int Index)> Labels, ImmutableArray<string> Removed, bool IsDropped);
}
