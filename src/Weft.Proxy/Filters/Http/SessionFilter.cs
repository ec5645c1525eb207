using Envoy.Extensions.Filters.Http.StatefulSession.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Primitives;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>envoy.filters.http.stateful_session: a client that was at an endpoint once goes there again, as long as the endpoint may be used.</summary>
internal sealed class SessionFilter(SessionModel? common) : HttpFilter
{
    public const string Name = "envoy.filters.http.stateful_session";

    public static SessionFilter Create(Any? config) =>
        new(config is not null && config.Is(StatefulSession.Descriptor) ? SessionModel.Compile(StatefulSession.Parser.ParseFrom(config.Value)) : null);

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        if (ModelFor(exchange) is { } model && model.Covers(exchange.Path))
        {
            exchange.Session = new Session(model, model.Wish(exchange));
        }

        return ValueTask.FromResult(FilterVerdict.Continue);
    }

    public override void OnResponse(HttpExchange exchange)
    {
        if (exchange is not { Session: { } session, Endpoint: { } endpoint } || endpoint.Address.Equals(session.Wish))
        {
            return;
        }

        var value = SessionModel.Write(endpoint.Address);
        if (session.Model.Attributes is { } attributes)
        {
            exchange.ResponseHeaders.SetCookie = StringValues.Concat(exchange.ResponseHeaders.SetCookie, $"{session.Model.Name}=\"{value}\"{attributes}");
        }
        else
        {
            exchange.ResponseHeaders[session.Model.Name] = value;
        }
    }

    private SessionModel? ModelFor(HttpExchange exchange) => exchange.Route?.Filters.Session is { } stated ? stated.Model : common;
}

/// <param name="Wish">The endpoint that the client was at; null for a new session.</param>
internal sealed record Session(SessionModel Model, System.Net.IPEndPoint? Wish);
