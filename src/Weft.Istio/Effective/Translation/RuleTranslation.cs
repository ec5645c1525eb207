using System.Collections.Immutable;
using System.Globalization;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective.Translation;

/// <summary>Rules of one kind, and what is wrong with the route they are of. A route that does not hold has none.</summary>
internal sealed record TranslatedRules<T>(ImmutableArray<T> Rules, K8sProblem? Problem);

/// <summary>Rules of the Gateway API's routes as rules of VirtualServices, each with one match.</summary>
internal sealed class RuleTranslation(MeshObjects objects, ReferenceGrants grants)
{
    private const string RetryOn = "connect-failure,refused-stream,unavailable,cancelled";
    private const int DefaultAttempts = 2;

    /// <summary>A destination that no proxy has: connections to it end.</summary>
    private static readonly Destination s_nowhere = new() { Host = "internal.cluster.local", Subset = "zero-weight", Port = new PortSelector { Number = 65535 } };

    /// <param name="inMesh">For calls to a Service, not for a gateway.</param>
    public TranslatedRules<HttpRoute> Http(K8sHttpRoute route, bool inMesh) => Collect<HttpRoute>(route, inMesh, reader => route.Spec.Rules.SelectMany((rule, index) =>
    {
        var template = reader.Template(NameOf(route, rule.Name, index), rule.Filters, rule.BackendRefs);
        template = WithRetry(template with { Timeout = rule.Timeouts?.Request is { Ticks: > 0 } limit ? limit : null }, rule);
        var matches = rule.Matches.Length == 0 ? [new K8sHttpMatch()] : rule.Matches;
        return matches.Select(match => template with { Match = [MatchTranslation.Of(match)] });
    }));

    public TranslatedRules<HttpRoute> Grpc(K8sGrpcRoute route, bool inMesh) => Collect<HttpRoute>(route, inMesh, reader => route.Spec.Rules.SelectMany((rule, index) =>
    {
        var template = reader.Template(NameOf(route, rule.Name, index), rule.Filters, rule.BackendRefs);
        var matches = rule.Matches.Length == 0 ? [new K8sGrpcMatch()] : rule.Matches;
        return matches.Select(match => template with { Match = [MatchTranslation.Of(match)] });
    }));

    /// <summary>The destinations of each rule.</summary>
    public TranslatedRules<ImmutableArray<RouteDestination>> Connections(IK8sRoute route, ImmutableArray<K8sConnectionRule> rules, bool inMesh) =>
        Collect<ImmutableArray<RouteDestination>>(route, inMesh, reader => rules.Select(rule => reader.Destinations(rule.BackendRefs)));

    private TranslatedRules<T> Collect<T>(IK8sRoute route, bool inMesh, Func<Reader, IEnumerable<T>> read)
    {
        var problems = new RouteProblems();
        ImmutableArray<T> rules = [.. read(new Reader(new BackendReferences(objects, grants, route, inMesh, problems), problems))];
        return new TranslatedRules<T>(problems.IsStopped ? [] : rules, problems.Told);
    }

    private static string NameOf(IK8sRoute route, string? stated, int index) =>
        string.IsNullOrEmpty(stated) ? string.Create(CultureInfo.InvariantCulture, $"{route.Metadata.Namespace}.{route.Metadata.Name}.{index}") : stated;

    /// <summary>The limit of one try is that of the whole when nothing is tried again.</summary>
    private static HttpRoute WithRetry(HttpRoute route, K8sHttpRule rule)
    {
        var perTry = rule.Timeouts?.BackendRequest is { Ticks: > 0 } limit ? limit : (TimeSpan?)null;
        if (rule.Retry is not { } retry)
        {
            return perTry is null ? route : route with { Timeout = perTry };
        }

        var attempts = retry.Attempts ?? DefaultAttempts;
        return route with
        {
            Retries = new HttpRetry
            {
                Attempts = attempts,
                Backoff = retry.Backoff,
                PerTryTimeout = perTry,
                RetryOn = attempts == 0 ? null : string.Join(',', [RetryOn, .. retry.Codes.Select(code => code.ToString(CultureInfo.InvariantCulture))]),
            },
        };
    }

    private static int WeightOf(K8sBackend backend) => backend.Weight ?? 1;

    /// <summary>Reads the rules of one route.</summary>
    private sealed class Reader(BackendReferences backends, RouteProblems problems)
    {
        private readonly FilterTranslation _filters = new(backends, problems);

        /// <summary>A rule without its match. Without any share for a backend it answers 500.</summary>
        public HttpRoute Template(string name, ImmutableArray<K8sFilter> filters, ImmutableArray<K8sBackend> references)
        {
            var template = filters.Aggregate(new HttpRoute { Name = name }, _filters.Apply);
            if (template.Redirect is not null)
            {
                return template;
            }

            return references.Sum(WeightOf) == 0
                ? template with { DirectResponse = new HttpDirectResponse { Status = 500 } }
                : template with { Route = [.. references.Where(backend => WeightOf(backend) > 0).Select(Shared)] };
        }

        /// <summary>Without any share for a backend connections are not taken.</summary>
        public ImmutableArray<RouteDestination> Destinations(ImmutableArray<K8sBackend> references) => references.Sum(WeightOf) == 0
            ? [new RouteDestination { Destination = s_nowhere }]
            : [.. references.Where(backend => WeightOf(backend) > 0).Select(backend => new RouteDestination { Destination = backends.Resolve(backend), Weight = WeightOf(backend) })];

        private HttpRouteDestination Shared(K8sBackend backend) => new()
        {
            Destination = backends.Resolve(backend),
            Weight = WeightOf(backend),
            Headers = _filters.OfBackend(backend.Filters),
        };
    }
}
