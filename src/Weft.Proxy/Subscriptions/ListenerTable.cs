using System.Collections.Frozen;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Subscriptions;

/// <summary>The listeners with their routes. One whose routes or secrets were not answered yet waits (warms) while its predecessor serves.</summary>
internal sealed class ListenerTable
{
    private readonly ResourceTable<Listener, ListenerModel> _accepted = new(Listener.Parser, listener => listener.Name, ListenerCompiler.Compile);
    private readonly ResourceTable<RouteConfiguration, RouteTable> _routes = new(RouteConfiguration.Parser, routes => routes.Name, (routes, _) => RouteCompiler.Compile(routes));
    private readonly Dictionary<string, ListenerModel> _serving = new(StringComparer.Ordinal);

    /// <summary>Names to subscribe to in RDS.</summary>
    public IEnumerable<string> RouteNames => _accepted.Models.Concat(_serving.Values).SelectMany(listener => listener.RouteNames);

    public IEnumerable<string> SecretNames => _accepted.Models.Concat(_serving.Values).SelectMany(listener => listener.ServedSecrets);

    /// <summary>Whether the control plane has sent its listeners at least once.</summary>
    public bool IsKnown { get; private set; }

    public int Warming { get; private set; }

    public FrozenDictionary<string, RouteTable> Routes => _routes.Entries.ToFrozenDictionary(StringComparer.Ordinal);

    public void Take(IReadOnlyCollection<Any> listeners, List<string> errors)
    {
        IsKnown = true;
        _accepted.TakeAll(listeners, errors);
    }

    public void TakeRoutes(IReadOnlyCollection<Any> routes, List<string> errors) => _routes.Take(routes, errors);

    /// <summary>The listeners to serve with. Routes that none of them names are dropped.</summary>
    /// <param name="answeredSecrets">Secrets of which the control plane has told what they are, or that they are not.</param>
    public ListenerSet Build(IReadOnlySet<string> answeredSecrets)
    {
        Warming = 0;
        foreach (var (name, listener) in _accepted.Entries)
        {
            if (listener.RouteNames.All(_routes.Contains) && listener.ServedSecrets.All(answeredSecrets.Contains))
            {
                _serving[name] = listener;
            }
            else
            {
                Warming++;
            }
        }

        foreach (var gone in _serving.Keys.Where(name => !_accepted.Contains(name)))
        {
            _serving.Remove(gone);
        }

        _routes.Keep(RouteNames.ToHashSet(StringComparer.Ordinal));
        return ListenerSet.Of([.. _serving.Values]);
    }
}
