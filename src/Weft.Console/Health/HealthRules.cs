using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.Console.Health;

/// <summary>The configured tolerances, compiled. Safe for concurrent use.</summary>
public sealed class HealthRules
{
    public const string RateAnnotation = "health.kiali.io/rate";

    private const int MaxAnnotations = 1024;

    private readonly ConcurrentDictionary<string, ImmutableArray<ToleranceRule>?> _annotations = new(StringComparer.Ordinal);
    private readonly ImmutableArray<(Pattern Namespace, Pattern Kind, Pattern Name, ImmutableArray<ToleranceRule> Rules)> _rates;

    public HealthRules(HealthConfig config)
    {
        // The default comes last, so that every object has tolerances.
        _rates = [.. config.Rates.Append(new HealthRate()).Select(rate =>
            (new Pattern(rate.Namespace), new Pattern(rate.Kind), new Pattern(rate.Name), Compile(rate.Tolerances)))];
    }

    /// <summary>The tolerances of an object. A valid annotation replaces the configured ones.</summary>
    public ImmutableArray<ToleranceRule> For(string @namespace, string kind, string name, string? annotation)
    {
        if (annotation is not null && OfAnnotation(annotation) is { } annotated)
        {
            return annotated;
        }

        foreach (var rate in _rates)
        {
            if (rate.Namespace.Matches(@namespace) && rate.Kind.Matches(kind) && rate.Name.Matches(name))
            {
                return rate.Rules;
            }
        }

        return [];
    }

    /// <summary>Reads <c>code,degraded,failure,protocol,direction;...</c>; null when any part is malformed.</summary>
    public static ImmutableArray<HealthTolerance>? ParseAnnotation(string annotation)
    {
        var tolerances = ImmutableArray.CreateBuilder<HealthTolerance>();
        foreach (var part in annotation.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = part.Split(',', StringSplitOptions.TrimEntries);
            if (fields.Length != 5 || !TryNumber(fields[1], out var degraded) || !TryNumber(fields[2], out var failure) || degraded > failure)
            {
                return null;
            }

            tolerances.Add(new HealthTolerance(fields[0], degraded, failure, fields[3], fields[4]));
        }

        return tolerances.Count == 0 || !tolerances.All(tolerance => IsPattern(tolerance.Code) && IsPattern(tolerance.Protocol) && IsPattern(tolerance.Direction)) ? null : tolerances.ToImmutable();
    }

    /// <summary>Whether a text can be an expression of a tolerance: one that is matched in linear time, without looking around.</summary>
    public static bool IsPattern(string text)
    {
        try
        {
            _ = Pattern.OfCode(text);
            return true;
        }
        catch (Exception failure) when (failure is RegexParseException or NotSupportedException)
        {
            return false;
        }
    }

    private ImmutableArray<ToleranceRule>? OfAnnotation(string annotation)
    {
        if (_annotations.TryGetValue(annotation, out var rules))
        {
            return rules;
        }

        rules = ParseAnnotation(annotation) is { } tolerances ? Compile(tolerances) : null;
        if (_annotations.Count < MaxAnnotations)
        {
            _annotations[annotation] = rules;
        }

        return rules;
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static ImmutableArray<ToleranceRule> Compile(ImmutableArray<HealthTolerance> tolerances) => [.. tolerances.Select(tolerance => new ToleranceRule(tolerance))];

    /// <summary>An anchored expression with its answers remembered: codes, protocols and directions are few and asked often.</summary>
    internal sealed class Pattern(string text)
    {
        private const int MaxRemembered = 256;

        // Annotations are anybody's text: linear time, and the same language as Go's.
        private readonly Regex? _regex = text is ".*" or "" ? null : new Regex($"^(?:{text})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        private readonly ConcurrentDictionary<string, bool> _remembered = new(StringComparer.Ordinal);

        public static Pattern OfCode(string code) => new(WithDigits(code));

        public bool Matches(string value)
        {
            if (_regex is null)
            {
                return true;
            }

            if (_remembered.TryGetValue(value, out var matches))
            {
                return matches;
            }

            matches = _regex.IsMatch(value);
            if (_remembered.Count < MaxRemembered)
            {
                _remembered[value] = matches;
            }

            return matches;
        }

        private static string WithDigits(string code) => code.Replace("X", "\\d", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>One tolerance, compiled.</summary>
public sealed class ToleranceRule
{
    private readonly HealthRules.Pattern _code;
    private readonly HealthRules.Pattern _protocol;
    private readonly HealthRules.Pattern _direction;

    internal ToleranceRule(HealthTolerance tolerance)
    {
        Tolerance = tolerance;
        _code = HealthRules.Pattern.OfCode(tolerance.Code);
        _protocol = new HealthRules.Pattern(tolerance.Protocol);
        _direction = new HealthRules.Pattern(tolerance.Direction);
    }

    public HealthTolerance Tolerance { get; }

    public bool AppliesTo(string protocol, string direction) => _protocol.Matches(protocol) && _direction.Matches(direction);

    public bool MatchesCode(string code) => _code.Matches(code);
}
