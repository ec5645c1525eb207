using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Routing;

/// <summary>Headers to add, set and remove, of one level of a route configuration.</summary>
internal sealed record HeaderMutations(ImmutableArray<HeaderAddition> Add, ImmutableArray<string> Remove)
{
    public static HeaderMutations None { get; } = new([], []);

    public static HeaderMutations From(IEnumerable<HeaderValueOption> add, IEnumerable<string> remove)
    {
        var mutations = new HeaderMutations([.. add.Select(HeaderAddition.From)], [.. remove]);
        return mutations is { Add.IsEmpty: true, Remove.IsEmpty: true } ? None : mutations;
    }

    public void Apply(IHeaderDictionary headers)
    {
        foreach (var name in Remove)
        {
            headers.Remove(name);
        }

        foreach (var addition in Add)
        {
            addition.Apply(headers);
        }
    }
}

/// <summary>envoy.config.core.v3.HeaderValueOption with a literal value.</summary>
internal sealed record HeaderAddition(string Name, string Value, HeaderValueOption.Types.HeaderAppendAction Action)
{
    public static HeaderAddition From(HeaderValueOption option)
    {
        if (option.Header.Value.Contains('%', StringComparison.Ordinal))
        {
            throw new ResourceRejectedException($"header {option.Header.Key}: command operators in values are not supported yet");
        }

#pragma warning disable CS0612 // istiod still sends the deprecated field append
        var action = option.Append == false ? HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd : option.AppendAction;
#pragma warning restore CS0612
        return new HeaderAddition(option.Header.Key, option.Header.Value, action);
    }

    public void Apply(IHeaderDictionary headers)
    {
        var exists = headers.TryGetValue(Name, out var present);
        switch (Action)
        {
            case HeaderValueOption.Types.HeaderAppendAction.AddIfAbsent when exists:
            case HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExists when !exists:
                break;
            case HeaderValueOption.Types.HeaderAppendAction.AppendIfExistsOrAdd when exists:
                headers[Name] = Microsoft.Extensions.Primitives.StringValues.Concat(present, Value);
                break;
            default:
                headers[Name] = Value;
                break;
        }
    }
}
