using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary>The parameters of a request, from the form of a POST and from the URL alike, read as Prometheus reads them.</summary>
internal sealed class ApiRequest(IQueryCollection url, IFormCollection? form)
{
    private const long MinTime = long.MinValue / 4;
    private const long MaxTime = long.MaxValue / 4;

    public static async Task<ApiRequest> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return new ApiRequest(context.Request.Query, null);
        try
        {
            return new ApiRequest(context.Request.Query, await context.Request.ReadFormAsync(context.RequestAborted));
        }
        catch (Exception cause) when (cause is InvalidDataException or BadHttpRequestException)
        {
            throw ApiException.BadData($"error parsing form values: {cause.Message}");
        }
    }

    public string this[string name] => Values(name) is [{ } first, ..] ? first : "";

    public bool Has(string name) => this[name].Length > 0;

    public long Time(string name) =>
        TryParseTime(this[name], out var time) ? time : throw ApiException.InvalidParameter(name, $"cannot parse {PromText.Quote(this[name])} to a valid timestamp");

    public long Time(string name, long absent) => Has(name) ? Time(name) : absent;

    public long Start() => Time("start", MinTime);

    public long End() => Time("end", MaxTime);

    public TimeSpan Duration(string name)
    {
        var text = this[name];
        if (PromText.TryParseNumber(text, out var seconds) && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2)
            return TimeSpan.FromSeconds(seconds);
        return PromText.TryParseDuration(text, out var duration)
            ? duration
            : throw ApiException.InvalidParameter(name, $"cannot parse {PromText.Quote(text)} to a valid duration");
    }

    public TimeSpan? Timeout() => Has("timeout") ? Duration("timeout") : null;

    /// <summary>The selectors of <c>match[]</c>; each must name something.</summary>
    public ImmutableArray<ImmutableArray<LabelMatcher>> Matchers()
    {
        var selectors = ImmutableArray.CreateBuilder<ImmutableArray<LabelMatcher>>();
        foreach (var text in Values("match[]"))
        {
            var matchers = ParseSelector(text ?? "");
            if (matchers.All(static matcher => matcher.MatchesEmpty))
                throw ApiException.InvalidParameter("match[]", "match[] must contain at least one non-empty matcher");
            selectors.Add(matchers);
        }

        return selectors.DrainToImmutable();
    }

    private static ImmutableArray<LabelMatcher> ParseSelector(string text)
    {
        try
        {
            return Parser.ParseSelector(text);
        }
        catch (PromQLParseException cause)
        {
            throw ApiException.InvalidParameter("match[]", cause.Message);
        }
    }

    private static bool TryParseTime(string text, out long time)
    {
        time = 0;
        if (PromText.TryParseNumber(text, out var seconds))
        {
            if (!double.IsFinite(seconds) || Math.Abs(seconds) >= MaxTime / 1000d)
                return false;
            time = (long)Math.Round(seconds * 1000);
            return true;
        }

        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string[] formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        if (!DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, Style, out var date))
            return false;
        time = date.ToUnixTimeMilliseconds();
        return true;
    }

    // The form first, as Go's FormValue does.
    private StringValues Values(string name) => StringValues.Concat(form?[name] ?? StringValues.Empty, url[name]);
}
