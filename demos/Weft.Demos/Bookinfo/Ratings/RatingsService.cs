using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo.Ratings;

/// <summary>Images <c>examples-bookinfo-ratings-*</c>: stars for a book, from memory (v1 and the flavours that misbehave) or from a database (v2).</summary>
/// <param name="version">What the image sets SERVICE_VERSION to; the pod may set it otherwise.</param>
internal sealed class RatingsService(string version) : IDemoWorkload
{
    private static readonly Dictionary<string, int> Given = new() { ["Reviewer1"] = 5, ["Reviewer2"] = 4 };

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var served = context.Setting("SERVICE_VERSION", version);
        var serving = new Serving(new RatingsCondition(served, context.Time), served == "v2" ? RatingsDatabase.From(context) : null);
        await DemoServer.ServeAsync(context, BookinfoDemo.Listen, Map, cancellationToken);
        return 0;

        void Map(WebApplication application)
        {
            application.MapGet("/health", serving.HealthAsync);
            application.MapGet("/ratings/{id}", serving.ReadAsync);
            application.MapPost("/ratings/{id}", serving.WriteAsync);
        }
    }

    private sealed class Serving(RatingsCondition condition, RatingsDatabase? database)
    {
        private readonly ConcurrentDictionary<int, IReadOnlyDictionary<string, int>> _written = new();

        public Task HealthAsync(HttpContext request) => condition.IsHealthy
            ? request.Response.WriteHealthAsync(200, "Ratings is healthy")
            : request.Response.WriteHealthAsync(500, "Ratings is not healthy");

        public async Task ReadAsync(HttpContext request)
        {
            if (Id(request) is not { } id)
            {
                await request.Response.WriteErrorAsync(400, "please provide numeric product ID");
            }
            else if (await condition.IsRefusedAsync(request.RequestAborted))
            {
                await request.Response.WriteErrorAsync(503, "Service unavailable");
            }
            else
            {
                await AnswerAsync(request, id);
            }
        }

        public async Task WriteAsync(HttpContext request)
        {
            if (Id(request) is not { } id)
            {
                await request.Response.WriteErrorAsync(400, "please provide numeric product ID");
            }
            else if (database is not null)
            {
                await request.Response.WriteErrorAsync(501, "Post not implemented for database backed ratings");
            }
            else if (await ReadRatingsAsync(request) is not { } ratings)
            {
                await request.Response.WriteErrorAsync(400, "please provide valid ratings JSON");
            }
            else
            {
                _written[id] = ratings;
                await request.Response.WriteAsync(200, new ProductRatings(id, ratings), BookinfoJson.Default.ProductRatings);
            }
        }

        private async Task AnswerAsync(HttpContext request, int id)
        {
            try
            {
                var ratings = database is null ? _written.GetValueOrDefault(id, Given) : await database.ReadAsync(request.RequestAborted);
                await request.Response.WriteAsync(200, new ProductRatings(id, ratings), BookinfoJson.Default.ProductRatings);
            }
            catch (RatingsDatabaseException error)
            {
                await request.Response.WriteErrorAsync(500, error.Message);
            }
        }

        private static int? Id(HttpContext request) =>
            int.TryParse(request.Request.RouteValues["id"] as string, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : null;

        private static async Task<IReadOnlyDictionary<string, int>?> ReadRatingsAsync(HttpContext request)
        {
            try
            {
                return await JsonSerializer.DeserializeAsync(request.Request.Body, BookinfoJson.Default.IReadOnlyDictionaryStringInt32, request.RequestAborted);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
