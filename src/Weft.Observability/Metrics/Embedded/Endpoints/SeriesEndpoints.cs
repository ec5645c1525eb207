using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary>Which series, label names and label values there are.</summary>
internal static class SeriesEndpoints
{
    public static Task SeriesAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        if (!request.Has("match[]"))
            throw ApiException.BadData("no match[] parameter provided");
        var labels = Matching(request, store).Select(static series => series.Labels).Distinct().Order();
        return ApiWriter.SucceedAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var set in labels)
                ApiWriter.WriteLabels(json, set);
            json.WriteEndArray();
        });
    }

    public static Task LabelNamesAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var names = request.Has("match[]")
            ? Matching(request, store).SelectMany(static series => series.Labels).Select(static label => label.Key).Distinct()
            : store.Series.LabelNames;
        return ApiWriter.SucceedAsync(context, json => ApiWriter.WriteStrings(json, names.Order(StringComparer.Ordinal)));
    }

    public static Task LabelValuesAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var name = context.GetRouteValue("name") as string ?? "";
        if (!IsLabelName(name))
            throw ApiException.BadData($"invalid label name: {PromText.Quote(name)}");
        var values = request.Has("match[]")
            ? Matching(request, store).Select(series => series.Labels[name]).Where(static value => value.Length > 0).Distinct()
            : store.Series.LabelValues(name);
        return ApiWriter.SucceedAsync(context, json => ApiWriter.WriteStrings(json, values.Order(StringComparer.Ordinal)));
    }

    private static ImmutableArray<StoredSeries> Matching(ApiRequest request, MetricsStore store)
    {
        var (start, end) = (request.Start(), request.End());
        return request.Matchers().SelectMany(matchers => store.Series.Select(matchers, start, end)).ToImmutableArray();
    }

    private static bool IsLabelName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
