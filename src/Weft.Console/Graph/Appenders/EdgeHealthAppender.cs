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
        foreach (var edge in context.Map.Edges)
        {
            var rates = new DirectionRates();
            foreach (var (code, tally) in edge.Responses.Answers)
            {
                rates.Add(edge.Protocol.Name(), code, tally.Total);
            }

            if (rates.Protocols.Count == 0)
            {
                continue;
            }

            edge.HealthStatus = HealthEvaluation.JudgeEdge(rates, rules[edge.Source.Id], rules[edge.Target.Id]).Text();
        }
    }
}
