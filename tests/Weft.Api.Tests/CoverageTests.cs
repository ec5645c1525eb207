using Weft.Api.Graph;
using Weft.Api.Recordings;
using Weft.Api.Traces;

namespace Weft.Api;

/// <summary>Nothing that was recorded of Kiali is left lying, and no endpoint is without a case.</summary>
public sealed class CoverageTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    /// <summary>Endpoints that Kiali's recordings do not hold, and where they are tested.</summary>
    private static readonly Dictionary<string, Type> OfTheirOwn = new()
    {
        ["GET /api/healthz"] = typeof(EndpointTests),
        ["GET /api/istio/certs"] = typeof(EndpointTests),
        ["GET /api/namespaces/{ns}/pods/{pod}/config_dump/config"] = typeof(EndpointTests),
        ["GET /api/tracing/diagnose"] = typeof(TracingCheckTests),
        ["POST /api/tracing/diagnose"] = typeof(TracingCheckTests),
        ["POST /api/tracing/check"] = typeof(TracingCheckTests),
        ["GET /api/test/metrics/graph/cache"] = typeof(EndpointTests),
        ["GET /api/test/metrics/health/cache"] = typeof(EndpointTests),
    };

    [Fact]
    public void Every_recorded_answer_is_compared_or_its_difference_has_a_reason() =>
        Assert.Equal("", string.Join(", ", RecordedAnswer.All.Keys.Where(Purpose.IsCompared).Except(RecordedAnswerTests.All).Order(StringComparer.Ordinal)));

    [Fact]
    public void Every_endpoint_has_an_answer_of_Kiali_to_compare_with_or_a_test_of_its_own()
    {
        var compared = RecordedAnswerTests.All.Select(name => RecordedAnswer.All[name]).Where(answer => Purpose.Status(answer) is < 300 or 503).Select(answer => (answer.Method, answer.Url))
            .Concat(RecordedGraph.All.Values.Select(graph => ("GET", graph.Url)))
            .Concat(RecordedTraceTests.Urls.Select(url => ("GET", url)))
            .Select(request => $"{request.Item1} {request.Item2.Split('?')[0].TrimEnd('/')}".Split('/'))
            .ToList();
        var without = world.Routes.Where(route => !compared.Exists(request => Matches(route.Split('/'), request))).ToList();
        Assert.Equal("", string.Join(", ", without.Except(OfTheirOwn.Keys)));
        Assert.Equal("", string.Join(", ", OfTheirOwn.Keys.Except(without)));
    }

    private static bool Matches(string[] route, string[] request) => route.Length == request.Length && route.Zip(request).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
}
