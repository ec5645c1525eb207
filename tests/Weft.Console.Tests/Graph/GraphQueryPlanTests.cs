using System.Collections.Immutable;
using Weft.Console.Graph.Telemetry;

namespace Weft.Console.Graph;

public sealed class GraphQueryPlanTests
{
    private static readonly GraphOptions Options = new() { Namespaces = ["a", "b", "c"], QueryTime = DateTimeOffset.UnixEpoch };

    [Fact]
    public void Many_namespaces_take_no_more_queries_than_one()
    {
        var one = GraphQueryPlan.For(Options, [new QueryGroup(["a"], Options.Duration)]);
        var many = GraphQueryPlan.For(Options, [new QueryGroup(["a", "b", "c"], Options.Duration)]);
        Assert.Equal(14, one.Length);
        Assert.Equal(one.Length, many.Length);
        Assert.Contains("destination_workload_namespace=~\"a|b|c\"", many[1].Text, StringComparison.Ordinal);
        Assert.Contains("source_workload_namespace!~\"a|b|c\"", many[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Costly_questions_about_many_namespaces_are_asked_in_four_parts_that_cover_each_once()
    {
        ImmutableArray<string> names = [.. Enumerable.Range(0, 30).Select(number => $"ns{number}")];
        var parts = GraphQueryPlan.For(Options with { Namespaces = names }, [new QueryGroup(names, Options.Duration)])
            .Where(query => query is { Kind: TelemetryKind.ResponseTime, FillsGaps: false })
            .Select(query => query.Text.Split("destination_service_namespace=~\"")[1].Split('"')[0].Split('|'))
            .ToList();
        Assert.Equal(4, parts.Count);
        Assert.Equal(names, parts.SelectMany(part => part));
    }

    [Fact]
    public void A_name_cannot_end_its_literal()
    {
        var options = Options with { Namespaces = ["a"], Focus = new GraphFocus(FocusKind.Workload, "a", "x\"} or vector(1) #\\") };
        var query = GraphQueryPlan.For(options, [new QueryGroup(["a"], options.Duration)])[0];
        Assert.Contains("destination_workload=\"x\\\"} or vector(1) #\\\\\"", query.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_queries_are_sent_for_what_is_switched_off()
    {
        var options = Options with { HttpRate = HttpRate.None, GrpcRate = GrpcRate.None, TcpRate = TcpRate.None };
        Assert.Empty(GraphQueryPlan.For(options, [new QueryGroup(["a"], options.Duration)]));
        Assert.Equal(6, GraphQueryPlan.For(Options with { Appenders = ImmutableHashSet<string>.Empty }, [new QueryGroup(["a"], Options.Duration)]).Length);
    }

    [Theory]
    [InlineData("95")]
    [InlineData("avg")]
    public void The_calling_sides_response_times_are_asked_about_named_services(string responseTime)
    {
        var queries = GraphQueryPlan.For(Options with { ResponseTime = responseTime }, [new QueryGroup(["a", "b"], Options.Duration)]);
        var gaps = Assert.Single(queries, query => query.FillsGaps);
        var narrowed = GraphQueryPlan.Narrowed(gaps, ["cart.x", "pay\"+"]).Text;
        Assert.Equal(responseTime == "avg" ? 2 : 1, narrowed.Split(",destination_service_name=~\"cart.x|pay\\\"\\\\+\"}").Length - 1);
        Assert.Same(gaps, GraphQueryPlan.Narrowed(gaps, [.. Enumerable.Range(0, 500).Select(number => $"s{number}")]));
        Assert.DoesNotContain(GraphQueryPlan.For(Options, [new QueryGroup(["a"], Options.Duration)]), query => query.FillsGaps);
    }
}
