using Weft.Console.Graph.Model;
using Weft.Console.Health;

namespace Weft.Console.Graph.Appenders;

/// <summary>Judges edges, after every step that may join them.</summary>
internal sealed class EdgeHealthAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.Health);

    public void Apply(GraphContext context)
    {
        var rules = context.Map.Nodes.Values.ToDictionary(node => node.Id, node => HealthAppender.RulesOf(context, node));
        var codes = new CodeRates();
        foreach (var edge in context.Map.Edges)
        {
            codes.Rates.Clear();
            for (var i = 0; i < edge.Responses.Count; i++)
            {
                if (edge.Responses.CodeAt(i) is { Length: > 0 } code)
                {
                    codes.Add(code, edge.Responses.At(i).Total);
                }
            }

            if (codes.Rates.Count > 0)
            {
                edge.HealthStatus = HealthEvaluation.JudgeEdge(edge.Protocol.Name(), codes, rules[edge.Source.Id], rules[edge.Target.Id]).Text();
            }
        }
    }
}
