#pragma once

namespace dialwatch::probes {

// What the E-model needs to know of one direction of a call.
struct VoicePath {
  double delay_ms = 0;       // one way, from mouth to ear: network, packet and jitter buffer
  double loss_percent = 0;   // Ppl: of packets that come not at all or too late to be played
  double burst_ratio = 1;    // BurstR: 1 where losses are independent, above where they come in bursts
  double impairment = 0;     // Ie of the codec
  double robustness = 25.1;  // Bpl of the codec
};

// The rating of ITU-T G.107 with all other parameters at their defaults (§7.7: R = 93.2), from 0 to 93.2. The delay
// impairment is the short form of Cole and Rosenbluth (2001), which unlike G.107 §7.4 also counts delays below 100 ms.
double RateVoicePath(const VoicePath& path);

// The mean opinion score that belongs to a rating: ITU-T G.107 Annex B, from 1 to 4.5.
double MosOfRating(double rating);

}  // namespace dialwatch::probes
