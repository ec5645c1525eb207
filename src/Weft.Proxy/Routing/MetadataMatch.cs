using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Subscriptions;
using PatternCase = Envoy.Type.Matcher.V3.ValueMatcher.MatchPatternOneofCase;

namespace Weft.Proxy.Routing;

/// <summary>envoy.type.matcher.v3.MetadataMatcher over dynamic metadata, compiled.</summary>
internal sealed class MetadataMatch
{
    private readonly string _filter;
    private readonly ImmutableArray<string> _path;
    private readonly Func<Value?, bool> _value;
    private readonly bool _inverted;

    /// <exception cref="ResourceRejectedException">A value matcher that this proxy does not have.</exception>
    public MetadataMatch(Envoy.Type.Matcher.V3.MetadataMatcher config)
    {
        _filter = config.Filter;
        _path = [.. config.Path.Select(segment => segment.Key)];
        _value = ValueMatch.Compile(config.Value);
        _inverted = config.Invert;
    }

    public bool IsPresent(DynamicMetadata? metadata) => metadata?.Find(_filter, _path) is not null;

    public bool Matches(DynamicMetadata? metadata) => _value(metadata?.Find(_filter, _path)) != _inverted;
}

/// <summary>envoy.type.matcher.v3.ValueMatcher, compiled; null is an absent value.</summary>
internal static class ValueMatch
{
    /// <exception cref="ResourceRejectedException">A kind of matcher that this proxy does not have.</exception>
    public static Func<Value?, bool> Compile(Envoy.Type.Matcher.V3.ValueMatcher? config)
    {
        switch (config?.MatchPatternCase)
        {
            case PatternCase.StringMatch:
                var text = StringMatcher.From(config.StringMatch);
                return value => value?.KindCase == Value.KindOneofCase.StringValue && text.Matches(value.StringValue);
            case PatternCase.BoolMatch:
                return value => value?.KindCase == Value.KindOneofCase.BoolValue && value.BoolValue == config.BoolMatch;
            case PatternCase.PresentMatch:
                return value => value is not null == config.PresentMatch;
            case PatternCase.NullMatch:
                return value => value?.KindCase == Value.KindOneofCase.NullValue;
            case PatternCase.DoubleMatch:
                return Number(config.DoubleMatch);
            case PatternCase.ListMatch:
                var item = Compile(config.ListMatch.OneOf);
                return value => value?.KindCase == Value.KindOneofCase.ListValue && value.ListValue.Values.Any(item);
            case PatternCase.OrMatch:
                var any = config.OrMatch.ValueMatchers.Select(Compile).ToArray();
                return value => Array.Exists(any, matches => matches(value));
            default:
                throw new ResourceRejectedException($"value matcher {config?.MatchPatternCase} is not supported");
        }
    }

    private static Func<Value?, bool> Number(Envoy.Type.Matcher.V3.DoubleMatcher config) => value =>
        value?.KindCase == Value.KindOneofCase.NumberValue
        && (config.MatchPatternCase == Envoy.Type.Matcher.V3.DoubleMatcher.MatchPatternOneofCase.Range
            ? value.NumberValue >= config.Range.Start && value.NumberValue < config.Range.End
            : value.NumberValue.Equals(config.Exact));
}
