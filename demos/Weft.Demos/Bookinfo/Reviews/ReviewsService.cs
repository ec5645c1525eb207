using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo.Reviews;

/// <summary>Images <c>examples-bookinfo-reviews-{v1,v2,v3}</c>: two reviews of a book, from v2 on with stars that the ratings service gives.</summary>
/// <param name="StarColor">What the image sets; null is the version without ratings.</param>
internal sealed record ReviewsService(string? StarColor) : IDemoWorkload
{
    private const string Unavailable = "Ratings service is currently unavailable";

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        using var client = new BookinfoClient(context);
        var serving = new Serving(context, client)
        {
            HasRatings = context.Setting("ENABLE_RATINGS", StarColor is null ? "false" : "true") == "true",
            Color = context.Setting("STAR_COLOR", StarColor ?? "black"),
        };
        await DemoServer.ServeAsync(context, BookinfoDemo.Listen, Map, cancellationToken);
        return 0;

        void Map(WebApplication application)
        {
            application.MapGet("/health", (HttpContext request) => request.Response.WriteHealthAsync(200, "Reviews is healthy"));
            application.MapGet("/reviews/{id:int}", serving.ReviewsAsync);
        }
    }

    private sealed class Serving(DemoContext context, BookinfoClient client)
    {
        private static readonly TimeSpan BlackLimit = TimeSpan.FromSeconds(10);
        private static readonly TimeSpan OtherLimit = TimeSpan.FromSeconds(2.5);

        public required bool HasRatings { get; init; }

        public required string Color { get; init; }

        public async Task ReviewsAsync(HttpContext request)
        {
            var id = int.Parse((string)request.Request.RouteValues["id"]!, CultureInfo.InvariantCulture);
            var ratings = HasRatings ? await RatingsAsync(id, request) : null;
            var answer = new ProductReviews(
                id.ToString(CultureInfo.InvariantCulture),
                context.Setting("HOSTNAME"),
                context.Setting("CLUSTER_NAME", "null"),
                [
                    new("Reviewer1", "Two pairs of twins, one town, and no one knows who is who. I laughed from the first mistake to the last.", RatingOf("Reviewer1", ratings)),
                    new("Reviewer2", "Great fun on a stage, and short. As reading it takes some patience with the wordplay.", RatingOf("Reviewer2", ratings)),
                ]);
            context.Log($"GET /reviews/{id}: {(HasRatings ? (ratings is null ? "ratings unavailable" : "ratings " + Color) : "no ratings")}");
            await request.Response.WriteAsync(200, answer, BookinfoJson.Default.ProductReviews);
        }

        /// <summary>Stars by reviewer; null when the ratings service fails or is too slow.</summary>
        private async Task<JsonObject?> RatingsAsync(int id, HttpContext request)
        {
            // The version with black stars waits long: that, with the product page's own limit, is the demo's planted bug.
            var limit = Color == "black" ? BlackLimit : OtherLimit;
            var answer = await client.GetAsync($"{client.BaseOf("ratings")}/ratings/{id}", BookinfoHeaders.From(request.Request), limit, request.RequestAborted);
            return answer is { Status: 200 } ? answer.Body["ratings"] as JsonObject : null;
        }

        private ReviewRating? RatingOf(string reviewer, JsonObject? ratings)
        {
            if (!HasRatings)
            {
                return null;
            }

            return ratings?[reviewer] is JsonValue value && value.TryGetValue<int>(out var stars)
                ? new ReviewRating(stars, Color, null)
                : new ReviewRating(null, null, Unavailable);
        }
    }
}
