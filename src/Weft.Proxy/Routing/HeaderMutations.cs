using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;
using Action = Envoy.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction;

namespace Weft.Proxy.Routing;

/// <summary>Headers to add, set and remove, of one level of a route configuration.</summary>
internal sealed record HeaderMutations(ImmutableArray<HeaderAddition> Add, ImmutableArray<string> Remove)
{
    public static HeaderMutations None { get; } = new([], []);

    /// <exception cref="ResourceRejectedException">A value with an operator that this proxy does not have.</exception>
    public static HeaderMutations From(IEnumerable<HeaderValueOption> add, IEnumerable<string> remove)
    {
        var mutations = new HeaderMutations([.. add.Select(HeaderAddition.From)], [.. remove]);
        return mutations is { Add.IsEmpty: true, Remove.IsEmpty: true } ? None : mutations;
    }

    public void Apply(IHeaderDictionary headers, HttpExchange exchange)
    {
        foreach (var name in Remove)
        {
            headers.Remove(name);
        }

        foreach (var addition in Add)
        {
            addition.Apply(headers, exchange);
        }
    }
}

/// <summary>envoy.config.core.v3.HeaderValueOption, compiled.</summary>
internal sealed record HeaderAddition(string Name, Format Value, Action Action, bool KeepsEmpty)
{
    /// <exception cref="ResourceRejectedException">A value with an operator that this proxy does not have.</exception>
    public static HeaderAddition From(HeaderValueOption option)
    {
        try
        {
            return new HeaderAddition(option.Header.Key, Format.Compile(option.Header.Value), ActionOf(option), option.KeepEmptyValue);
        }
        catch (ResourceRejectedException error)
        {
            throw new ResourceRejectedException($"header {option.Header.Key}: {error.Message}");
        }
    }

    /// <summary>What an option does with a header that is there.</summary>
    public static Action ActionOf(HeaderValueOption option)
    {
#pragma warning disable CS0612 // istiod and authorization services still send the deprecated field append
        return option.Append switch
        {
            false => Action.OverwriteIfExistsOrAdd,
            true => Action.AppendIfExistsOrAdd,
            null => option.AppendAction,
        };
#pragma warning restore CS0612
    }

    public void Apply(IHeaderDictionary headers, HttpExchange exchange) => Apply(headers, Name, Value.Text(exchange, ""), Action, KeepsEmpty);

    public static void Apply(IHeaderDictionary headers, string name, string value, Action action, bool keepsEmpty)
    {
        if (value.Length == 0 && !keepsEmpty)
        {
            return;
        }

        var exists = headers.TryGetValue(name, out var present);
        switch (action)
        {
            case Action.AddIfAbsent when exists:
            case Action.OverwriteIfExists when !exists:
                break;
            case Action.AppendIfExistsOrAdd when exists:
                headers[name] = Microsoft.Extensions.Primitives.StringValues.Concat(present, value);
                break;
            default:
                headers[name] = value;
                break;
        }
    }
}
